// Which tables an SQLite file of this program holds, and that it holds nothing else: what else a file may hold, such as views and
// triggers, is not run.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "app/database.h"

namespace reckon {

struct DatabaseSchema {
  std::int64_t application = 0;                              // says whose file it is (PRAGMA application_id)
  std::int64_t format = 0;                                   // of the tables (PRAGMA user_version)
  std::set<std::string> tables;                              // "CREATE TABLE …", as they are made
  std::map<std::int64_t, std::set<std::string>> added = {};  // by format: of these, the ones that files before it lack
  std::string expected;                                      // "is no store of results; give a new file, or one that … has made"
};

// Makes the tables where the file is new and may be written, and those that were added since where it is of an earlier format.
// The format that the file has then: one that may only be read keeps an earlier one. Throws Error bad_file where it is another's,
// or of a format that is not known.
std::int64_t require_schema(Database& database, const DatabaseSchema& schema, DatabaseAccess access);

}  // namespace reckon
