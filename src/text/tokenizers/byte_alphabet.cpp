#include "text/tokenizers/byte_alphabet.h"

#include <array>

#include "text/utf8.h"

namespace reckon {
namespace {

constexpr char32_t kFirstStandIn = 0x100;
constexpr std::size_t kStandIns = 68;

constexpr bool stands_for_itself(int byte) {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
}

struct Alphabet {
  std::array<char32_t, 256> printable{};
  std::array<short, kFirstStandIn + kStandIns> byte{};  // -1: not in the alphabet
};

constexpr Alphabet make_alphabet() {
  Alphabet alphabet;
  alphabet.byte.fill(-1);
  char32_t next = kFirstStandIn;
  for (int byte = 0; byte < 256; ++byte) {
    const char32_t c = stands_for_itself(byte) ? static_cast<char32_t>(byte) : next++;
    alphabet.printable[static_cast<std::size_t>(byte)] = c;
    alphabet.byte[c] = static_cast<short>(byte);
  }
  return alphabet;
}

constexpr Alphabet kAlphabet = make_alphabet();

}  // namespace

char32_t printable_of(unsigned char byte) noexcept { return kAlphabet.printable[byte]; }

std::string to_printable(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) append_utf8(out, printable_of(static_cast<unsigned char>(byte)));
  return out;
}

std::optional<std::string> from_printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8Char c = decode_utf8(text);
    if (c.state != Utf8Char::State::whole || c.code_point >= kAlphabet.byte.size()) return std::nullopt;
    const short byte = kAlphabet.byte[c.code_point];
    if (byte < 0) return std::nullopt;
    out += static_cast<char>(byte);
    text.remove_prefix(c.length);
  }
  return out;
}

}  // namespace reckon
