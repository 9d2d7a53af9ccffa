// What the tests of measurement files share.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "app/database.h"
#include "app/measurement_file.h"
#include "base/error.h"

namespace reckon::trial {

// A path at which nothing is when it begins and when it ends. One at a time.
class Scratch {
 public:
  Scratch() : path(::testing::TempDir() + "reckon-measured-" + std::to_string(getpid())) { std::filesystem::remove(path); }
  ~Scratch() { std::filesystem::remove(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string path;
};

// That a file of these measurements is refused, by name, once the statement `change` was made in it.
inline void expect_refused_after(const Measurements& measurements, const char* change) {
  const Scratch file;
  write_measurements(file.path, "one", measurements);
  {
    Database(file.path, DatabaseAccess::create).execute(change);
  }
  try {
    read_measurements(file.path, "one");
    ADD_FAILURE() << change;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_file) << error.what();
    EXPECT_NE(std::string(error.what()).find(file.path), std::string::npos) << error.what();
  }
}

}  // namespace reckon::trial
