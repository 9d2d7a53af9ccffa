// What was learned from evaluations, in an SQLite file of some ten kilobytes: for each model, how strategies, verifiers and
// single samples did, and the probe of its hidden state (search/allocators/measurements.h). Made by `reckon eval learn`, read by
// allocators that choose.
#pragma once

#include <optional>
#include <string>

#include "app/runtime.h"
#include "search/allocators/measurements.h"

namespace reckon {

// reckon-measurements.db beside the bundled model; "" where there is none.
std::string default_measurements();

// As stores and measurements name a model: the hash of its file. Throws what hash_of_file throws.
std::string model_fingerprint(const RuntimeOptions& options);

// Those of one model; nothing where the file holds none. Throws what Database throws, and Error bad_file for values out of range.
std::optional<Measurements> read_measurements(const std::string& file, const std::string& model);

// Makes the file where there is none; replaces what it holds of this model. On disk when it returns.
void write_measurements(const std::string& file, const std::string& model, const Measurements& measurements);

}  // namespace reckon
