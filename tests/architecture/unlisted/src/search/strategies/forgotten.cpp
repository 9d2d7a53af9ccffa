StrategyEntry forgotten_entry() { return {}; }
