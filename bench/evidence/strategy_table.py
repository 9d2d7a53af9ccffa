"""Which runs the curves of docs/strategies are drawn from: of each strategy sizes that cost more and more, on problems it is for.

A size is what a strategy's own parameters set, such as the number of paths, not a limit that cuts it off on the way: a beam for
2400 tokens that is ended at 600 says nothing of a beam for 600.
"""

from typing import NamedTuple

COUNTDOWN = "countdown:level=3"  # the one family of which the reward model can tell right from wrong
LINEAR = "linear"
EASY = "linear:level=1"  # roots are whole numbers, mostly small
PROCEDURE = "procedure"  # solutions of 2 to 6 steps, so of many lengths
DRAFT = "models/reckon-draft.gguf"

PATHS = (1, 2, 4, 8, 16, 32)
CUTS = (24, 32, 48, 64, 96, 128)  # the one path of greedy and sample has no size but its length
READ = (1, 2, 4, 8, 16)  # where the reward model reads every token too


class Line(NamedTuple):
    """Points that are joined: `name` is drawn, at most 25 characters; a verifier of None is the task's own checker."""
    name: str
    strategies: list
    verifier: str | None = None
    ensemble: str | None = None


class Page(NamedTuple):
    task: str
    lines: list  # of the strategy; a vote and a greedy answer on the same task stand beside them


def line(name, form, sizes, verifier=None, ensemble=None):
    """Every size in the place of {} in `form`."""
    return Line(name, [form.replace("{}", str(size)) for size in sizes], verifier, ensemble)


VOTE = line("majority", "majority:n={}", PATHS)
GREEDY = line("greedy", "greedy", [""])
BEST = line("best_of_n, reward model", "best_of_n:n={}", READ, "prm")
ORACLE = line("best_of_n, exact checker", "best_of_n:n={}", PATHS)

PAGES = {
    "greedy": Page(PROCEDURE, [line("greedy, cut", "greedy:max_tokens={}", CUTS)]),
    "sample": Page(PROCEDURE, [line("temperature 0.8, cut", "sample:max_tokens={}", CUTS),
                               line("temperature 0.4, cut", "sample:temperature=0.4,max_tokens={}", CUTS)]),
    "best_of_n": Page(COUNTDOWN, [BEST, ORACLE]),
    "majority": Page(COUNTDOWN, [line("by=mass,first=greedy", "majority:n={},by=mass,first=greedy", PATHS[1:])]),
    "weighted_majority": Page(COUNTDOWN, [line("by the reward model", "weighted_majority:n={}", READ, "prm"),
                                          line("by the likelihood", "weighted_majority:n={}", PATHS[1:], "likelihood")]),
    "beam": Page(COUNTDOWN, [line("beam", "beam:n={}", (2, 4, 8, 16), "prm"), BEST]),
    "dvts": Page(COUNTDOWN, [line("dvts", "dvts:n={}", (2, 4, 8, 16), "prm"), BEST]),
    "lookahead": Page(COUNTDOWN, [line("lookahead", "lookahead:n={}", (1, 2, 4, 8), "prm"),
                                  line("beam", "beam:n={}", (2, 4, 8, 16), "prm")]),
    "a_star": Page(COUNTDOWN, [line("a_star", "a_star:width={}", (
        1, 2, 3, 4, "4,answers=4,select=weighted", "4,answers=8,select=weighted"), "prm"), BEST]),
    "particle_filter": Page(COUNTDOWN, [line("select=best", "particle_filter:n={}", (2, 4, 8, 16), "prm"),
                                        line("select=weighted", "particle_filter:n={},select=weighted", (2, 4, 8, 16), "prm"),
                                        BEST]),
    "particle_gibbs": Page(COUNTDOWN, [line("particle_gibbs", "particle_gibbs:n={},sweeps=2", (2, 3, 5, 8), "prm"),
                                       line("particle_filter", "particle_filter:n={}", (2, 4, 8, 16), "prm")]),
    "parallel_tempering": Page(COUNTDOWN, [line("parallel_tempering", "parallel_tempering:chains=2,n={}", (
        "2,sweeps=1", "2,sweeps=2", "3,sweeps=2", "4,sweeps=2"), "prm"),
                                           line("particle_filter", "particle_filter:n={}", (2, 4, 8, 16), "prm")]),
    "mcts": Page(COUNTDOWN, [line("mcts", "mcts:simulations={}", (4, 8, 16, 32), "prm"),
                             line("mcts, lm_nav", "mcts:simulations={},lm_nav=true", (2, 4, 8, 16), "prm"), BEST]),
    "revise": Page(COUNTDOWN, [line("revise, two attempts", "revise:n={},attempts=2", (1, 2, 4, 8), "prm"), BEST]),
    "pdr": Page(COUNTDOWN, [line("pdr, top_k", "pdr:distil=top_k,widths={}", ("2-1", "4-2", "8-4", "16-8"), "prm"), BEST]),
    "reflect": Page(COUNTDOWN, [line("reflect, exact checker", "reflect:n={}", (1, 2, 4, 8)), ORACLE]),
    "solve_detect_verify": Page(COUNTDOWN, [line("solve_detect_verify", "solve_detect_verify:verdict_tokens=100,votes={}",
                                                 (1, 2, 4, 8))]),
    "stoc_tot": Page(EASY, [line("stoc_tot", "stoc_tot:max_tokens=80,{}", (
        "n=1,width=1,depth=1", "n=1,width=2,depth=1", "n=1,width=3,depth=1", "n=2,width=3,depth=1", "n=2,width=3,depth=2"))]),
    "deepconf": Page(LINEAR, [line("deepconf, keep=0.5", "deepconf:keep=0.5,window=16,min_tokens=16,chunk=8,n={}", (
        "4,warmup=2", "8,warmup=4", "16,warmup=8", "32,warmup=8", "64,warmup=8"))]),
    "think_budget": Page(PROCEDURE, [line("think_budget, greedy", "think_budget:temperature=0,most={}",
                                          (0, 8, 16, 32, 64, 128))]),
    "think_sum": Page(EASY, [line("think_sum", "think_sum:before=\\boxed{,after=},choices={}", [
        "|".join(map(str, range(low, high + 1))) for low, high in ((1, 3), (-1, 4), (-4, 6), (-9, 9), (-20, 20))])]),
    "hedged": Page(COUNTDOWN, [line("hedged", "hedged:n={}", (2, 3, 5, 9, 17))]),
    "checklist": Page(COUNTDOWN, [line("checklist", "checklist:judge_tokens=200,n={}", (2, 4, 8, 16))]),
    "ensemble": Page(LINEAR, [line("policy and draft", "ensemble:n={}", PATHS, ensemble=DRAFT),
                              line("by their reliability", "ensemble:reliability=0.45|0.014,n={}", PATHS, ensemble=DRAFT)]),
    "navigator": Page(COUNTDOWN, [line("navigator", "navigator:blocks={}", (2, 4, 8, 16, 32))]),
    "x_mbr": Page(COUNTDOWN, [line("x_mbr, equality", "x_mbr:utility=equality,n={}", (
        "1,evidence=1", "3,evidence=2", "5,evidence=3", "10,evidence=6", "20,evidence=12"))]),
    "pipeline": Page(COUNTDOWN, [line("generate, verify, vote",
                                      "pipeline:stages=generate:n={}|verify:by=verifier:enough=0.3|select", READ, "prm"), BEST]),
}
