// Runs a fuzz entry point without libFuzzer: every seed as it is, then a fixed sequence of mutations, so that builds without
// clang, and the sanitizer builds of g++, exercise the same code on the same inputs every time.
// usage: replay_<name> CORPUS_FOLDER [ROUNDS]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/rng.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;
using reckon::SplitMix64;

constexpr std::size_t kLongestInput = 1 << 16;
constexpr int kDefaultRounds = 20000;  // a second or two for a parser; ten times that under sanitizers

std::vector<Bytes> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);  // the order of a directory is not part of the inputs
  std::vector<Bytes> seeds{Bytes{}};
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

std::size_t place_in(const Bytes& input, SplitMix64& rng) { return rng.below(input.size() + 1); }

void write_integer(Bytes& input, SplitMix64& rng) {  // lengths, counts and offsets at the edges of their types
  static constexpr std::uint64_t kEdges[] = {0,
                                             1,
                                             2,
                                             31,
                                             32,
                                             0x7f,
                                             0xff,
                                             0x7fff,
                                             0xffff,
                                             0x7fffffff,
                                             0xffffffff,
                                             1ULL << 32,
                                             1ULL << 62,
                                             0x7fffffffffffffff,
                                             0xffffffffffffffff};
  const std::uint64_t value = kEdges[rng.below(std::size(kEdges))] + rng.below(3) - 1;
  const std::size_t width = std::size_t{1} << rng.below(4);
  const std::size_t at = place_in(input, rng);
  for (std::size_t i = 0; i < width && at + i < input.size(); ++i) input[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

void repeat_chunk(Bytes& input, SplitMix64& rng) {
  const std::size_t from = place_in(input, rng);
  const std::size_t length = rng.below(std::min<std::size_t>(input.size() - from, 256) + 1);
  const Bytes chunk(input.begin() + static_cast<std::ptrdiff_t>(from),
                    input.begin() + static_cast<std::ptrdiff_t>(from + length));
  const std::size_t at = place_in(input, rng);
  const std::uint64_t copies = 1 + rng.below(4);
  for (std::uint64_t i = 0; i < copies; ++i) {
    input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), chunk.begin(), chunk.end());
  }
}

void erase_chunk(Bytes& input, SplitMix64& rng) {
  const std::size_t from = place_in(input, rng);
  const std::size_t length = rng.below(std::min<std::size_t>(input.size() - from, 64) + 1);
  input.erase(input.begin() + static_cast<std::ptrdiff_t>(from), input.begin() + static_cast<std::ptrdiff_t>(from + length));
}

void mutate(Bytes& input, const std::vector<Bytes>& seeds, SplitMix64& rng) {
  switch (rng.below(8)) {
    case 0: input.resize(place_in(input, rng)); break;
    case 1: write_integer(input, rng); break;
    case 2: repeat_chunk(input, rng); break;
    case 3: erase_chunk(input, rng); break;
    case 4: {  // the head of one seed with the tail of another
      const Bytes& other = seeds[rng.below(seeds.size())];
      const std::size_t from = place_in(other, rng);
      input.resize(place_in(input, rng));
      input.insert(input.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
      break;
    }
    case 5:
      input.insert(input.begin() + static_cast<std::ptrdiff_t>(place_in(input, rng)), static_cast<std::uint8_t>(rng.below(256)));
      break;
    default:
      if (!input.empty()) input[rng.below(input.size())] ^= static_cast<std::uint8_t>(1U << rng.below(8));
  }
  if (input.size() > kLongestInput) input.resize(kLongestInput);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER [ROUNDS]\n", argv[0]);
    return 2;
  }
  const std::vector<Bytes> seeds = read_seeds(argv[1]);
  const int rounds = argc > 2 ? std::atoi(argv[2]) : kDefaultRounds;
  for (const Bytes& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  SplitMix64 rng(reckon::fnv1a("fuzz replay"));
  for (int round = 0; round < rounds; ++round) {
    Bytes input = seeds[rng.below(seeds.size())];
    for (std::uint64_t left = 1 + rng.below(6); left > 0; --left) mutate(input, seeds, rng);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu seeds and %d mutations survived\n", seeds.size(), rounds);
}
