// Who stands where: people in a row, told by constraints ("Exactly one person is between L and F"). Some truth is drawn, true
// constraints are added until few orders are left, and those that others imply are taken out again. Source: shape of the
// analytical-reasoning games of admission tests; generator and levels are ours. Working: position by position who can stand
// there, "1: G H". Instance::words holds the question, its options; numbers: people, then kind, first, second, value per
// constraint.
#include <algorithm>
#include <array>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/order_puzzle.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kOrderVersion = 1;
constexpr std::array<int, 5> kPeopleOfLevel{4, 5, 6, 7, 8};
constexpr std::size_t kOrderOptions = 5;
constexpr std::array<std::string_view, 5> kOrderQuestions{"order", "must", "could", "cannot", "positions"};

struct OrderProblem {
  int people = 0;
  std::vector<OrderConstraint> constraints;
  std::string question;
  std::uint64_t options_seed = 0;

  std::string key() const {
    std::vector<std::string> sorted;
    for (const OrderConstraint& c : constraints) sorted.push_back(sentence(c));
    std::ranges::sort(sorted);
    return "order|" + question + '|' + std::to_string(people) + '|' + joined(sorted, "|");
  }
};

// A statement about an order, for options: a constraint that may be true in all, some or no order.
struct Statement {
  OrderConstraint constraint;
  std::string text;
};

std::vector<Statement> statements(int people) {
  std::vector<Statement> all;
  for (int a = 0; a < people; ++a) {
    for (int position = 0; position < people; ++position) {
      const OrderConstraint at{ConstraintKind::at, a, 0, position};
      all.push_back({at, sentence(at)});
    }
    for (int b = 0; b < people; ++b) {
      if (a == b) continue;
      for (const ConstraintKind kind : {ConstraintKind::before, ConstraintKind::just_before, ConstraintKind::adjacent}) {
        if (kind == ConstraintKind::adjacent && a > b) continue;
        const OrderConstraint c{kind, a, b, 0};
        all.push_back({c, sentence(c)});
      }
    }
  }
  return all;
}

struct Options {
  std::vector<std::string> texts;
  std::size_t right = 0;
};

// One option with the wanted truth and four with the other, in random order; empty when there are too few of either.
Options mixed(std::vector<std::string> wanted, std::vector<std::string> other, SplitMix64& rng) {
  if (wanted.empty() || other.size() + 1 < kOrderOptions) return {};
  shuffle(wanted, rng);
  shuffle(other, rng);
  Options options;
  options.texts.assign(other.begin(), other.begin() + kOrderOptions - 1);
  options.right = rng.below(kOrderOptions);
  options.texts.insert(options.texts.begin() + static_cast<std::ptrdiff_t>(options.right), wanted.front());
  return options;
}

Options order_options(const OrderProblem& problem, const std::vector<Order>& models, SplitMix64& rng) {
  std::vector<std::string> wanted, other;
  for (const Order& model : models) wanted.push_back(order_text(model));
  // Near misses: right orders with two people exchanged.
  for (int tries = 0; tries < 200 && other.size() < 2 * kOrderOptions; ++tries) {
    Order order = models[rng.below(models.size())];
    std::swap(order[rng.below(order.size())], order[rng.below(order.size())]);
    const std::string text = order_text(order);
    if (!all_hold(problem.constraints, order) && std::ranges::find(other, text) == other.end()) other.push_back(text);
  }
  return mixed(std::move(wanted), std::move(other), rng);
}

Options statement_options(const OrderProblem& problem, const std::vector<Order>& models, SplitMix64& rng) {
  std::vector<std::string> always, sometimes, never;
  for (const Statement& statement : statements(problem.people)) {
    const auto count = std::ranges::count_if(models, [&](const Order& order) { return holds(statement.constraint, order); });
    const bool given =
        std::ranges::any_of(problem.constraints, [&](const OrderConstraint& c) { return sentence(c) == statement.text; });
    if (given) continue;
    auto& list = count == 0 ? never : static_cast<std::size_t>(count) == models.size() ? always : sometimes;
    list.push_back(statement.text);
  }
  const auto both = [](std::vector<std::string> a, const std::vector<std::string>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  if (problem.question == "must") return mixed(always, both(sometimes, never), rng);
  if (problem.question == "could") return mixed(both(sometimes, always), never, rng);
  return mixed(never, both(sometimes, always), rng);
}

struct Posed {
  std::string text;  // of the question
  std::vector<std::string> options;
  std::string answer;
};

// nullopt where the question has no five good options.
std::optional<Posed> posed(const OrderProblem& problem, const std::vector<Order>& models) {
  SplitMix64 rng(problem.options_seed);
  if (problem.question == "positions") {
    const int who = static_cast<int>(rng.below(static_cast<std::uint64_t>(problem.people)));
    std::vector<bool> possible(static_cast<std::size_t>(problem.people), false);
    for (const Order& order : models) possible[static_cast<std::size_t>(std::ranges::find(order, who) - order.begin())] = true;
    return Posed{"In how many places can " + std::string(1, person_name(who)) + " stand?",
                 {},
                 std::to_string(std::ranges::count(possible, true))};
  }
  const bool order = problem.question == "order";
  const Options options = order ? order_options(problem, models, rng) : statement_options(problem, models, rng);
  if (options.texts.empty()) return std::nullopt;
  const std::string text = order                         ? "Which order is possible?"
                           : problem.question == "must"  ? "What must be true?"
                           : problem.question == "could" ? "What could be true?"
                                                         : "What cannot be true?";
  return Posed{text, options.texts, std::string(1, static_cast<char>('A' + options.right))};
}

// Position by position, everyone who stands there in some order that is left.
std::string position_lines(const std::vector<Order>& models, int people) {
  std::string lines;
  for (std::size_t position = 0; position < static_cast<std::size_t>(people); ++position) {
    lines += std::to_string(position + 1) + ':';
    for (int who = 0; who < people; ++who) {
      if (std::ranges::any_of(models, [&](const Order& order) { return order[position] == who; }))
        lines.append(1, ' ').append(1, person_name(who));
    }
    lines += '\n';
  }
  return lines;
}

OrderProblem order_problem_of(const Instance& instance) {
  OrderProblem problem{.people = static_cast<int>(instance.numbers.at(0)), .constraints = {}, .question = instance.words.at(0)};
  for (std::size_t i = 1; i + 3 < instance.numbers.size(); i += 4) {
    problem.constraints.push_back({static_cast<ConstraintKind>(instance.numbers[i]), static_cast<int>(instance.numbers[i + 1]),
                                   static_cast<int>(instance.numbers[i + 2]), static_cast<int>(instance.numbers[i + 3])});
  }
  return problem;
}

std::string prompt_of(const OrderProblem& problem, const Posed& question) {
  std::string text;
  for (int who = 0; who < problem.people; ++who) text.append(text.empty() ? "" : " ").append(1, person_name(who));
  text += " stand in a row, first to " + std::string(ordinal(problem.people - 1)) + '.';
  for (const OrderConstraint& c : problem.constraints) text += ' ' + sentence(c) + '.';
  text += ' ' + question.text;
  for (std::size_t i = 0; i < question.options.size(); ++i) {
    text.append("\n").append(1, static_cast<char>('A' + i)).append(" ").append(question.options[i]);
  }
  return text;
}

class OrderTask final : public GeneratedTask {
 public:
  explicit OrderTask(const Parameters& parameters)
      : GeneratedTask(parameters), question_(parameters.text("question")), open_(parameters.text("models")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("order", kOrderVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const int people = kPeopleOfLevel[static_cast<std::size_t>(level - 1)];
    const OrderProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw(r, people, level); },
        [](const OrderProblem& p) { return posed(p, orders_left(p.people, p.constraints)).has_value(); });
    const std::vector<Order> models = orders_left(people, problem.constraints);
    const Posed question = *posed(problem, models);
    instance.family = problem.question;
    instance.key = problem.key();
    instance.words = question.options;
    instance.words.insert(instance.words.begin(), problem.question);
    instance.numbers = {people};
    for (const OrderConstraint& c : problem.constraints) {
      instance.numbers.insert(instance.numbers.end(), {static_cast<std::int64_t>(c.kind), c.first, c.second, c.value});
    }
    instance.prompt = prompt_of(problem, question);
    instance.gold = question.answer;
    instance.reference = worked_solution(position_lines(models, people), question.answer);
    return instance;
  }

  // The gold letter belongs to the drawn options; the orders are found again from the constraints.
  std::optional<std::string> solve(const Instance& instance) const override {
    const OrderProblem problem = order_problem_of(instance);
    const std::vector<Order> models = orders_left(problem.people, problem.constraints);
    if (models.empty()) return std::nullopt;
    return worked_solution(position_lines(models, problem.people), instance.gold);
  }

  Verdict check(const Instance& instance, std::string_view text) const override {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    if (instance.words.size() == 1) {
      const bool right = *answer == instance.gold;
      return judged(*answer, right, right ? "right" : "another number");
    }
    const std::optional<char> letter = choice_letter(*answer, std::span(instance.words).subspan(1));
    if (!letter) return judged(*answer, false, "not an option");
    const bool right = instance.gold.front() == *letter;
    return judged(*answer, right, right ? "right" : "another option");
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const OrderProblem problem = order_problem_of(instance);
    return lines_as_expected(working_lines(text),
                             position_lines(orders_left(problem.people, problem.constraints), problem.people));
  }

 protected:
  std::string rules(const Instance& instance) const override {
    return instance.words.size() == 1 ? "The answer is a number." : "Exactly one option is right. The answer is its letter.";
  }

 private:
  OrderProblem draw(SplitMix64& rng, int people, int level) const {
    const bool open = open_ == "open" || (open_ == "any" && level >= 3);
    OrderProblem problem{
        .people = people, .constraints = draw_constraints(rng, people, open ? 3 : 1, open ? 40 : 1), .question = question_};
    if (question_ == "any") {  // with one order left, what could be must be
      do {
        problem.question = one_of(kOrderQuestions, rng);
      } while (!open && problem.question == "positions");
    }
    problem.options_seed = rng.next();
    return problem;
  }

  std::string question_, open_;
};

}  // namespace

TaskEntry order_entry() {
  return {.name = "order",
          .summary = "who stands where in a row, from constraints",
          .source = "shape of analytical-reasoning games; generator and levels are ours",
          .parameters = generated_task_parameters("1+2", {{.name = "question",
                                                           .default_value = std::string("any"),
                                                           .meaning = "what is asked",
                                                           .choices = {"any", "order", "must", "could", "cannot", "positions"}},
                                                          {.name = "models",
                                                           .default_value = std::string("any"),
                                                           .meaning = "orders left: one, or 3 to 40; any: one up to level 2",
                                                           .choices = {"any", "unique", "open"}}}),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> {
            return std::make_unique<OrderTask>(parameters);
          }};
}

}  // namespace reckon
