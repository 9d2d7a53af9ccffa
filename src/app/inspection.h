// What is in a model file, as a document and as text for people.
#pragma once

#include <string>

#include "app/json.h"

namespace reckon {

// {"file","name","architecture","type","parameters","bytes","sizes":{…},"tokenizer":{…},"chat_template","cost":{…},
// "types":{type: count},"metadata":{…},"tensors":[…]}. `path` as of model_path(). Reads the header; also of files whose
// architecture is not computed here ("unsupported" then says why). Throws Error as GgufFile::open.
Json inspect_model(const std::string& path);

std::string inspection_text(const Json& document, bool all_tensors);

}  // namespace reckon
