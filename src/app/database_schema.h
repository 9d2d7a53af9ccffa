// Which tables an SQLite file of this program holds, and that it holds nothing else: what else a file may hold, such as views and
// triggers, is not run.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "app/database.h"

namespace reckon {

struct DatabaseSchema {
  std::int64_t application = 0;  // says whose file it is (PRAGMA application_id)
  std::int64_t format = 0;       // of the tables (PRAGMA user_version)
  std::set<std::string> tables;  // "CREATE TABLE …", as they are made
  std::string expected;          // "is no store of results; give a new file, or one that … has made"
};

// Makes the tables where the file is new and may be written. Throws Error bad_file where it is another's, or of another format.
void require_schema(Database& database, const DatabaseSchema& schema, DatabaseAccess access);

}  // namespace reckon
