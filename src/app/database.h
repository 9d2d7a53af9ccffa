// An SQLite file that this program writes and nobody else need be trusted with: errors as Error, values by type.
// Written in the way of https://sqlite.org/security.html: a file from elsewhere may hold anything, also views and triggers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace reckon {

class Statement {  // of one thread, as its Database, which outlives it
 public:
  // Parameters and columns count from 1 and from 0, as SQLite has them. NaN is stored as NULL and comes back as NaN.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view value);  // any bytes
  Statement& bind(int parameter, const std::optional<std::string>& value);
  Statement& bind_null(int parameter);

  bool step();   // there is a row
  void reset();  // makes ready for other parameters
  void run();    // steps to the end, then resets

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double number(int column) const;
  std::string text(int column) const;
  std::optional<std::string> optional_text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3* database, std::string name, sqlite3_stmt* statement);
  void check(int code) const;

  sqlite3* database_;
  std::string name_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

enum class DatabaseAccess {
  read,
  write,   // and read, a file that is there
  create,  // as write, and make the file where there is none
};

class Database {
 public:
  // Throws Error not_found (no file to read), bad_argument (cannot be made), bad_file (no SQLite file).
  // Two programs may have the file open; one that wants to write waits for the other, up to ten seconds.
  Database(const std::string& path, DatabaseAccess access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const std::string& statements);
  Statement prepare(std::string_view statement);
  std::int64_t last_row() const;  // id of the row inserted last
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  DatabaseAccess access_;
  sqlite3* handle_ = nullptr;
};

// Everything until commit() happens whole or not at all, also when the program is killed or the machine stops. Of a killed
// program nothing is lost that was committed; a machine that stops may lose the last commits.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();  // undoes what was not committed
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database* database_;
  bool open_ = true;
};

}  // namespace reckon
