#include "text/tokenizers/from_gguf.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "text/tokenizers/pre_tokenizer.h"

namespace reckon {
namespace {

std::string key_of(std::string_view name) { return fmt::format("tokenizer.ggml.{}", name); }

VocabularyModel read_model(const Metadata& metadata) {
  const std::string key = key_of("model");
  const std::string_view model = metadata.get_string(key);
  if (model == "gpt2") return VocabularyModel::byte_level_bpe;
  if (model == "llama") return VocabularyModel::sentence_piece_bpe;
  throw Error(ErrorCode::unsupported, fmt::format("tokenizer model {} is unknown; known are gpt2 and llama", quote_bytes(model)),
              fmt::format("{}: {}", metadata.source(), key));
}

std::vector<TokenKind> read_kinds(const Metadata& metadata) {
  const std::string key = key_of("token_type");
  std::vector<TokenKind> kinds;
  if (!metadata.contains(key)) return kinds;
  for (const std::int64_t type : metadata.get_int_array(key)) {
    if (type < 1 || type > 6) metadata.fail(key, fmt::format("token {} has type {}; known are 1..6", kinds.size(), type));
    kinds.push_back(static_cast<TokenKind>(type));
  }
  return kinds;
}

// "left right"; a part may itself begin with a space, so the separator is the first space after the first byte.
std::vector<std::pair<std::string, std::string>> read_merges(const Metadata& metadata) {
  const std::string key = key_of("merges");
  std::vector<std::pair<std::string, std::string>> merges;
  if (!metadata.contains(key)) return merges;
  const StringArray& lines = metadata.get_string_array(key);
  merges.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t space = lines[i].find(' ', 1);
    if (space == std::string_view::npos || space + 1 == lines[i].size()) {
      metadata.fail(key, fmt::format("entry {} is {}; expected two tokens with a space between", i, quote_bytes(lines[i])));
    }
    merges.emplace_back(lines[i].substr(0, space), lines[i].substr(space + 1));
  }
  return merges;
}

Token read_id(const Metadata& metadata, std::string_view name, std::size_t vocabulary_size, Token fallback = kNoToken) {
  const std::string key = key_of(name);
  if (!metadata.contains(key)) return std::cmp_less(fallback, vocabulary_size) ? fallback : kNoToken;
  const std::int64_t id = metadata.get_int(key);
  if (id == -1 || id == 0xFFFFFFFF) return kNoToken;  // how some converters write "none"
  if (id < 0 || static_cast<std::uint64_t>(id) >= vocabulary_size) {
    metadata.fail(key, fmt::format("token {} is outside the vocabulary of {}", id, vocabulary_size));
  }
  return static_cast<Token>(id);
}

void read_ids(const Metadata& metadata, Vocabulary& vocabulary) {
  const std::size_t size = vocabulary.texts.size();
  const bool sentence_piece = vocabulary.model == VocabularyModel::sentence_piece_bpe;
  vocabulary.bos = read_id(metadata, "bos_token_id", size, sentence_piece ? 1 : kNoToken);
  vocabulary.eos = read_id(metadata, "eos_token_id", size, sentence_piece ? 2 : kNoToken);
  vocabulary.unknown = read_id(metadata, "unknown_token_id", size, sentence_piece ? 0 : kNoToken);
  vocabulary.eot = read_id(metadata, "eot_token_id", size);
  vocabulary.eom = read_id(metadata, "eom_token_id", size);
  vocabulary.padding = read_id(metadata, "padding_token_id", size);
  for (const std::string_view name : {"fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id"}) {
    if (const Token token = read_id(metadata, name, size); token != kNoToken) vocabulary.more_ends.push_back(token);
  }
}

}  // namespace

Vocabulary vocabulary_from_gguf(const Metadata& metadata) {
  Vocabulary vocabulary;
  vocabulary.model = read_model(metadata);
  vocabulary.pre = metadata.get_string(key_of("pre"), "default");
  const StringArray& texts = metadata.get_string_array(key_of("tokens"));
  if (texts.empty()) metadata.fail(key_of("tokens"), "no tokens; expected at least one");
  for (std::size_t i = 0; i < texts.size(); ++i) vocabulary.texts.emplace_back(texts[i]);
  vocabulary.kinds = read_kinds(metadata);
  const bool sentence_piece = vocabulary.model == VocabularyModel::sentence_piece_bpe;
  if (sentence_piece) {
    vocabulary.scores = metadata.get_float_array(key_of("scores"));
  } else {
    vocabulary.merges = read_merges(metadata);
  }
  read_ids(metadata, vocabulary);
  const bool habit = sentence_piece || (!vocabulary.merges.empty() && find_pre_tokenizer(vocabulary.pre).adds_bos);
  vocabulary.add_bos = metadata.get_bool(key_of("add_bos_token"), habit);
  vocabulary.add_eos = metadata.get_bool(key_of("add_eos_token"), false);
  vocabulary.add_space_prefix = sentence_piece && metadata.get_bool(key_of("add_space_prefix"), true);
  validate(vocabulary);
  return vocabulary;
}

std::string chat_template_from_gguf(const Metadata& metadata, std::string_view name) {
  const std::string key = name.empty() ? "tokenizer.chat_template" : fmt::format("tokenizer.chat_template.{}", name);
  return std::string(metadata.get_string(key, ""));
}

}  // namespace reckon
