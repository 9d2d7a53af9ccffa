// Not part of the build: a registry that forgot an entry on purpose, so that the registry test is itself tested.
StrategyEntry listed_entry();

std::span<const StrategyEntry> strategies() {
  static const std::array table{listed_entry()};
  return table;
}
