#include "app/database_schema.h"

#include <fmt/format.h>

#include "base/error.h"

namespace reckon {
namespace {

std::int64_t pragma(Database& database, const char* name) {
  Statement asked = database.prepare(fmt::format("PRAGMA {}", name));
  return asked.step() ? asked.integer(0) : 0;
}

std::set<std::string> tables_in(Database& database) {
  std::set<std::string> found;
  Statement asked = database.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL");
  while (asked.step()) found.insert(asked.text(0));
  return found;
}

void make(Database& database, const DatabaseSchema& schema) {
  Transaction transaction(database);
  if (tables_in(database).empty()) {  // unless another program was faster
    for (const std::string& table : schema.tables) database.execute(table);
    database.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", schema.application, schema.format));
  }
  transaction.commit();
}

}  // namespace

void require_schema(Database& database, const DatabaseSchema& schema, DatabaseAccess access) {
  if (access == DatabaseAccess::create && tables_in(database).empty()) make(database, schema);
  if (pragma(database, "application_id") != schema.application) {
    throw Error(ErrorCode::bad_file, schema.expected, database.path());
  }
  const std::int64_t format = pragma(database, "user_version");
  if (format != schema.format || tables_in(database) != schema.tables) {
    throw Error(ErrorCode::bad_file,
                fmt::format("has format {} and other tables than this version makes for format {}; give a new file", format,
                            schema.format),
                database.path());
  }
}

}  // namespace reckon
