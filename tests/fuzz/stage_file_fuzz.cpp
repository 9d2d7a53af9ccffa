// Stages of a pipeline: any bytes are such as formats/stage_file.h says, or an Error that names a line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "formats/stage_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::vector<reckon::StageText> stages = reckon::parse_stages(text, "stages");
    if (stages.empty() || stages.size() > reckon::kMostStages) std::abort();
    for (const reckon::StageText& stage : stages) {
      if (stage.kind.empty() || !stage.place.starts_with("stages:")) std::abort();
    }
  } catch (const reckon::Error& error) {
    if (error.code() != reckon::ErrorCode::bad_file || !error.context().starts_with("stages")) std::abort();
  }
  return 0;
}
