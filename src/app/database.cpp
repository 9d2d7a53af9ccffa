#include "app/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

constexpr int kWaitMilliseconds = 10'000;
constexpr int kLargestValue = 256 << 20;  // bytes of one text: what a file may make us allocate at once

ErrorCode code_of(int code) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return ErrorCode::bad_file;
    case SQLITE_NOMEM: return ErrorCode::out_of_resources;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return ErrorCode::internal;
    default: return ErrorCode::bad_argument;  // read-only, locked, disk full, unreadable: the user can mend it
  }
}

void check_code(sqlite3* database, int code, const std::string& path) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw Error(code_of(code), database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code), path);
}

// SQLite would take these for something else than a file: it has names for databases in memory.
std::string file_name(const std::string& path) { return std::filesystem::absolute(path).string(); }

int flags_of(DatabaseAccess access) {
  switch (access) {
    case DatabaseAccess::read: return SQLITE_OPEN_READONLY;
    case DatabaseAccess::write: return SQLITE_OPEN_READWRITE;
    case DatabaseAccess::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

void check_kind(const std::string& path, DatabaseAccess access) {
  std::error_code fault;
  const std::filesystem::file_status status = std::filesystem::status(path, fault);
  if (status.type() == std::filesystem::file_type::not_found) {
    if (access == DatabaseAccess::create) return;
    throw Error(ErrorCode::not_found, "no such file; 'reckon eval --store' writes one", path);
  }
  if (!std::filesystem::is_regular_file(status)) throw Error(ErrorCode::bad_argument, "is not a regular file", path);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3* database, std::string name, sqlite3_stmt* statement)
    : database_(database), name_(std::move(name)), statement_(statement) {}

void Statement::check(int code) const { check_code(database_, code, name_); }

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  check(sqlite3_bind_double(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  const char* bytes = value.empty() ? "" : value.data();  // a null pointer would be NULL
  check(sqlite3_bind_text64(statement_.get(), parameter, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int parameter, const std::optional<std::string>& value) {
  return value ? bind(parameter, std::string_view(*value)) : bind_null(parameter);
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  check(code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() {
  check(sqlite3_reset(statement_.get()));
  check(sqlite3_clear_bindings(statement_.get()));
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::number(int column) const {
  if (is_null(column)) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (bytes == nullptr) return "";
  return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

Database::Database(const std::string& path, DatabaseAccess access) : path_(path), access_(access) {
  check_kind(path, access);
  const int code = sqlite3_open_v2(file_name(path).c_str(), &handle_, flags_of(access) | SQLITE_OPEN_EXRESCODE, nullptr);
  try {
    check_code(handle_, code, path_);
    sqlite3_busy_timeout(handle_, kWaitMilliseconds);
    sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, kLargestValue);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    execute("PRAGMA cell_size_check=ON");
    // What is committed is in the system's hands then, which a killed program does not mind; waiting for the disk each time would
    // cost more than solving a small problem. A machine that stops may lose the last commits, never the file.
    if (access != DatabaseAccess::read) execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

Database::~Database() {
  // One plain file is left, which can be read from anywhere; unless another program has it open, then that one does it.
  sqlite3_busy_timeout(handle_, 0);
  if (access_ != DatabaseAccess::read) sqlite3_exec(handle_, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
  sqlite3_close(handle_);
}

void Database::execute(const std::string& statements) {
  check_code(handle_, sqlite3_exec(handle_, statements.c_str(), nullptr, nullptr, nullptr), path_);
}

Statement Database::prepare(std::string_view statement) {
  sqlite3_stmt* prepared = nullptr;
  check_code(handle_, sqlite3_prepare_v2(handle_, statement.data(), static_cast<int>(statement.size()), &prepared, nullptr),
             path_);
  return Statement(handle_, path_, prepared);
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }

// Immediate: a transaction that reads first and then finds another one writing could not go on.
Transaction::Transaction(Database& database) : database_(&database) { database.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_->execute("ROLLBACK");
  } catch (const Error&) {  // a failed write has already undone it
  }
}

void Transaction::commit() {
  database_->execute("COMMIT");
  open_ = false;
}

}  // namespace reckon
