#include "text/tokenizers/byte_level_bpe.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/error.h"
#include "text/tokenizers/byte_alphabet.h"
#include "text/tokenizers/normal_form.h"
#include "text/utf8.h"

namespace reckon {
namespace {

std::vector<std::string> bytes_of_tokens(const Vocabulary& vocabulary) {
  std::vector<std::string> bytes(vocabulary.texts.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const TokenKind kind = vocabulary.kinds.empty() ? TokenKind::normal : vocabulary.kinds[i];
    if (kind == TokenKind::normal || kind == TokenKind::byte) {
      bytes[i] = from_printable(vocabulary.texts[i]).value_or(vocabulary.texts[i]);
    } else if (kind == TokenKind::user_defined) {
      bytes[i] = vocabulary.texts[i];  // added tokens are written as they are
    }
  }
  return bytes;
}

std::span<const std::string_view> patterns_for(const Vocabulary& vocabulary) {
  if (vocabulary.merges.empty()) return {};
  return find_pre_tokenizer(vocabulary.pre).patterns;
}

}  // namespace

// One piece as a linked list of symbols, and the merges that were possible when they were found, best first: the key is
// (rank, left position), so that equal ranks merge from the left.
struct ByteLevelBpe::Workspace {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  struct Symbol {
    Token token;  // kNoToken: merged into its left neighbour
    std::uint32_t previous, next;
  };
  std::vector<Symbol> symbols;
  std::vector<std::uint64_t> heap;

  const MergeTable::Merge* merge_at(std::uint32_t left, const MergeTable& merges) const {
    const Symbol& symbol = symbols[left];
    if (symbol.token == kNoToken || symbol.next == kNone) return nullptr;
    return merges.find(symbol.token, symbols[symbol.next].token);
  }
  void push(std::uint32_t left, const MergeTable& merges) {
    if (const auto* merge = merge_at(left, merges)) {
      heap.push_back((std::uint64_t{merge->rank} << 32) | left);
      std::ranges::push_heap(heap, std::greater{});
    }
  }
  std::uint64_t pop() {
    std::ranges::pop_heap(heap, std::greater{});
    const std::uint64_t top = heap.back();
    heap.pop_back();
    return top;
  }
};

ByteLevelBpe::ByteLevelBpe(Vocabulary vocabulary)
    : Tokenizer(vocabulary, bytes_of_tokens(vocabulary)),
      pre_tokenizer_(patterns_for(vocabulary)),
      merges_(vocabulary.merges.size()) {
  if (!vocabulary.merges.empty()) {
    const PreTokenizerEntry& entry = find_pre_tokenizer(vocabulary.pre);
    nfc_ = entry.nfc;
    ignore_merges_ = entry.ignore_merges;
  }
  for (int byte = 0; byte < 256; ++byte) {
    const char as_char = static_cast<char>(byte);
    const Token token = find(to_printable({&as_char, 1}));
    const bool usable = token != kNoToken && !is_control(token);
    byte_tokens_[static_cast<std::size_t>(byte)] = usable ? token : vocabulary.unknown;
  }
  for (std::size_t rank = 0; rank < vocabulary.merges.size(); ++rank) {
    const auto& [left, right] = vocabulary.merges[rank];
    const Token ids[3] = {find(left), find(right), find(left + right)};
    if (std::ranges::find(ids, kNoToken) != std::end(ids)) {
      throw Error(ErrorCode::bad_file,
                  fmt::format("entry {}: '{}' + '{}': both parts and their concatenation must be tokens", rank, left, right),
                  "tokenizer.ggml.merges");
    }
    if (is_control(ids[2])) continue;  // plain text must not become a control token, whatever the file says
    merges_.add(ids[0], ids[1], {static_cast<std::uint32_t>(rank), ids[2]});
  }
  if (!ignore_merges_) return;
  for (Token token = 0; token < vocabulary_size(); ++token) {
    if (kind_of(token) == TokenKind::normal) whole_pieces_.emplace(bytes_of(token), token);
  }
}

void ByteLevelBpe::encode_fragment(std::string_view text, std::vector<Token>& out) const {
  std::string normalised;
  if (nfc_ && may_need_nfc(text)) {
    normalised = to_nfc(text);
    text = normalised;
  }
  Workspace workspace;
  for (const std::string_view piece : pre_tokenizer_.split(text)) encode_piece(piece, workspace, out);
}

void ByteLevelBpe::encode_piece(std::string_view piece, Workspace& workspace, std::vector<Token>& out) const {
  if (ignore_merges_) {
    if (const auto whole = whole_pieces_.find(piece); whole != whole_pieces_.end()) {
      out.push_back(whole->second);
      return;
    }
  }
  auto& symbols = workspace.symbols;
  symbols.clear();
  for (const char byte : piece) {
    const Token token = byte_tokens_[static_cast<unsigned char>(byte)];
    if (token == kNoToken) continue;  // neither the byte nor an unknown token: nothing can stand for it
    const auto at = static_cast<std::uint32_t>(symbols.size());
    symbols.push_back({token, at == 0 ? Workspace::kNone : at - 1, at + 1});
  }
  if (symbols.empty()) return;
  symbols.back().next = Workspace::kNone;

  workspace.heap.clear();
  for (std::uint32_t i = 0; i + 1 < symbols.size(); ++i) workspace.push(i, merges_);
  while (!workspace.heap.empty()) {
    const std::uint64_t top = workspace.pop();
    const auto left = static_cast<std::uint32_t>(top);
    const auto* merge = workspace.merge_at(left, merges_);
    if (!merge || merge->rank != top >> 32) continue;  // a neighbour changed since this was pushed
    const std::uint32_t right = symbols[left].next;
    symbols[left].token = merge->merged;
    symbols[left].next = symbols[right].next;
    symbols[right].token = kNoToken;
    if (symbols[left].next != Workspace::kNone) symbols[symbols[left].next].previous = left;
    if (symbols[left].previous != Workspace::kNone) workspace.push(symbols[left].previous, merges_);
    workspace.push(left, merges_);
  }
  for (std::uint32_t i = 0; i != Workspace::kNone; i = symbols[i].next) out.push_back(symbols[i].token);
}

}  // namespace reckon
