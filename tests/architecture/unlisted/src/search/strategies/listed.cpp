StrategyEntry listed_entry() { return {}; }
