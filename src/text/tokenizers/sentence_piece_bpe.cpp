#include "text/tokenizers/sentence_piece_bpe.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "text/utf8.h"

namespace reckon {
namespace {

constexpr std::string_view kSpaceMark = "\xE2\x96\x81";  // U+2581

std::string replace_all(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at; (at = text.find(what)) != std::string_view::npos; text.remove_prefix(at + what.size())) {
    out += text.substr(0, at);
    out += with;
  }
  out += text;
  return out;
}

// The value of "<0x4A>", or nothing.
std::optional<unsigned char> byte_value(std::string_view text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data() + 3, text.data() + 5, value, 16);
  if (error != std::errc{} || end != text.data() + 5) return std::nullopt;
  return static_cast<unsigned char>(value);
}

std::vector<std::string> piece_bytes(const Vocabulary& vocabulary) {
  std::vector<std::string> bytes(vocabulary.texts.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const TokenKind kind = vocabulary.kinds.empty() ? TokenKind::normal : vocabulary.kinds[i];
    if (kind == TokenKind::normal || kind == TokenKind::user_defined) {
      bytes[i] = replace_all(vocabulary.texts[i], kSpaceMark, " ");
    } else if (const auto value = byte_value(vocabulary.texts[i]); kind == TokenKind::byte && value) {
      bytes[i] = std::string(1, static_cast<char>(*value));
    }
  }
  return bytes;
}

}  // namespace

// The text as a linked list of symbols (views into it), and the joins that were possible when they were found.
struct SentencePieceBpe::Workspace {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  struct Symbol {
    std::string_view text;  // empty: joined to its left neighbour
    std::uint32_t previous, next;
  };
  struct Join {
    float score;
    std::uint32_t left;
    std::size_t length;  // of both together: tells whether either changed meanwhile
  };
  static bool worse(const Join& a, const Join& b) { return a.score != b.score ? a.score < b.score : a.left > b.left; }
  std::vector<Symbol> symbols;
  std::vector<Join> heap;
  std::unordered_map<std::string_view, std::size_t> unused_joins;  // text of an unused token -> length of its left part

  std::string_view joined(std::uint32_t left) const {  // neighbours are adjacent in the text
    const Symbol& symbol = symbols[left];
    return {symbol.text.data(), symbol.text.size() + symbols[symbol.next].text.size()};
  }
  void push(const Join& join) {
    heap.push_back(join);
    std::ranges::push_heap(heap, worse);
  }
  Join pop() {
    std::ranges::pop_heap(heap, worse);
    const Join top = heap.back();
    heap.pop_back();
    return top;
  }
};

SentencePieceBpe::SentencePieceBpe(Vocabulary vocabulary) : Tokenizer(vocabulary, piece_bytes(vocabulary)) {
  byte_tokens_.fill(kNoToken);
  for (Token token = 0; token < vocabulary_size(); ++token) {
    const std::string_view text = text_of(token);
    const TokenKind kind = kind_of(token);
    if (kind == TokenKind::byte) {
      if (const auto value = byte_value(text); value && byte_tokens_[*value] == kNoToken) byte_tokens_[*value] = token;
    } else if (kind != TokenKind::control && kind != TokenKind::unknown && !text.empty()) {
      mergeable_.emplace(text, token);
      longest_ = std::max(longest_, text.size());
    }
  }
}

void SentencePieceBpe::encode_fragment(std::string_view text, std::vector<Token>& out) const {
  // 1. Spaces become marks, and one goes in front.
  std::string marked(adds_space_prefix() ? kSpaceMark : "");
  marked += replace_all(text, " ", kSpaceMark);
  // 2. One symbol per character.
  Workspace workspace;
  auto& symbols = workspace.symbols;
  for (std::string_view rest = marked; !rest.empty();) {
    const std::size_t length = decode_utf8(rest).length;
    const auto at = static_cast<std::uint32_t>(symbols.size());
    symbols.push_back({rest.substr(0, length), at == 0 ? Workspace::kNone : at - 1, at + 1});
    rest.remove_prefix(length);
  }
  symbols.back().next = Workspace::kNone;

  // 3. Join the neighbours whose concatenation scores highest, until no concatenation is a token.
  const auto consider = [&](std::uint32_t left) {
    if (left == Workspace::kNone || symbols[left].next == Workspace::kNone) return;
    const std::string_view joined = workspace.joined(left);
    if (joined.size() > longest_) return;
    const auto found = mergeable_.find(joined);
    if (found == mergeable_.end()) return;
    workspace.push({vocabulary().scores[static_cast<std::size_t>(found->second)], left, joined.size()});
    if (kind_of(found->second) == TokenKind::unused) workspace.unused_joins[joined] = symbols[left].text.size();
  };
  for (std::uint32_t i = 0; i < symbols.size(); ++i) consider(i);
  while (!workspace.heap.empty()) {
    const Workspace::Join top = workspace.pop();
    auto& left = symbols[top.left];
    if (left.text.empty() || left.next == Workspace::kNone || workspace.joined(top.left).size() != top.length) continue;
    left.text = workspace.joined(top.left);
    auto& right = symbols[left.next];
    right.text = {};
    left.next = right.next;
    if (left.next != Workspace::kNone) symbols[left.next].previous = top.left;
    consider(left.previous);
    consider(top.left);
  }
  // 4. Symbols to ids.
  for (std::uint32_t i = 0; i != Workspace::kNone; i = symbols[i].next) write(symbols[i].text, workspace, out);
}

void SentencePieceBpe::write(std::string_view symbol, const Workspace& workspace, std::vector<Token>& out) const {
  std::vector<std::string_view> open{symbol};  // a stack instead of recursion: its depth is the vocabulary's choice
  while (!open.empty()) {
    const std::string_view text = open.back();
    open.pop_back();
    const auto found = mergeable_.find(text);
    if (found != mergeable_.end() && kind_of(found->second) != TokenKind::unused) {
      out.push_back(found->second);
      continue;
    }
    const auto join = workspace.unused_joins.find(text);
    if (join == workspace.unused_joins.end()) {
      write_bytes(text, out);
      continue;
    }
    open.push_back(text.substr(join->second));
    open.push_back(text.substr(0, join->second));
  }
}

// A character without a token: its bytes, if the vocabulary has them all, else one unknown token per run of such characters.
void SentencePieceBpe::write_bytes(std::string_view character, std::vector<Token>& out) const {
  const auto token_of = [this](char byte) { return byte_tokens_[static_cast<unsigned char>(byte)]; };
  if (std::ranges::find(character, kNoToken, token_of) == character.end()) {
    std::ranges::transform(character, std::back_inserter(out), token_of);
  } else if (const Token unknown = vocabulary().unknown; unknown != kNoToken && (out.empty() || out.back() != unknown)) {
    out.push_back(unknown);
  }
}

}  // namespace reckon
