#include "models/classifier.h"

#include <fmt/format.h>

#include "base/error.h"

namespace reckon {

bool has_classifier(const GgufFile& file) { return file.find_tensor(std::string(kClassifierOutput)) != nullptr; }

int classifier_labels(const GgufFile& file) {
  const TensorInfo& tensor = file.tensor(std::string(kClassifierOutput));
  const std::int64_t labels = tensor.dims.size() > 1 ? tensor.dims[1] : 1;
  if (tensor.dims.size() > 2 || labels < 1 || labels > kMostLabels) {
    throw Error(ErrorCode::bad_file,
                fmt::format("tensor '{}' has {} dimensions and {} rows; expected a matrix of 1 to {} labels", kClassifierOutput,
                            tensor.dims.size(), labels, kMostLabels),
                file.name());
  }
  return static_cast<int>(labels);
}

HeadActivation classifier_activation(const GgufFile& file) {
  constexpr const char* kKey = "reckon.reward.activation";
  const std::string_view name = file.metadata().get_string(kKey, "tanh");
  if (name == "tanh") return HeadActivation::tanh;
  if (name == "relu") return HeadActivation::relu;
  file.metadata().fail(kKey, "expected tanh or relu");
}

}  // namespace reckon
