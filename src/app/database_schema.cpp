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

// What a file of this format holds; nothing for one from the future, or from before all that `added` tells of.
std::set<std::string> tables_at(std::int64_t format, const DatabaseSchema& schema) {
  const bool known =
      format == schema.format || (format < schema.format && !schema.added.empty() && format + 1 >= schema.added.begin()->first);
  if (!known) return {};
  std::set<std::string> tables = schema.tables;
  for (auto later = schema.added.upper_bound(format); later != schema.added.end(); ++later) {
    for (const std::string& table : later->second) tables.erase(table);
  }
  return tables;
}

void bring_up(Database& database, const DatabaseSchema& schema, const std::set<std::string>& has) {
  Transaction transaction(database);
  for (const std::string& table : schema.tables) {
    if (!has.contains(table)) database.execute(table);
  }
  database.execute(fmt::format("PRAGMA user_version={}", schema.format));
  transaction.commit();
}

}  // namespace

std::int64_t require_schema(Database& database, const DatabaseSchema& schema, DatabaseAccess access) {
  if (access == DatabaseAccess::create && tables_in(database).empty()) make(database, schema);
  if (pragma(database, "application_id") != schema.application) {
    throw Error(ErrorCode::bad_file, schema.expected, database.path());
  }
  const std::int64_t format = pragma(database, "user_version");
  const std::set<std::string> tables = tables_at(format, schema);
  if (tables.empty() || tables_in(database) != tables) {
    throw Error(ErrorCode::bad_file,
                fmt::format("has format {} and other tables than this version makes for format {}; give a new file", format,
                            schema.format),
                database.path());
  }
  if (access == DatabaseAccess::read || format == schema.format) return format;
  bring_up(database, schema, tables);
  return schema.format;
}

}  // namespace reckon
