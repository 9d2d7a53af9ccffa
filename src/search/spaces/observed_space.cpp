#include "search/spaces/observed_space.h"

#include <utility>

namespace reckon {
namespace {

std::optional<EventKind> end_of(PathState state) {
  switch (state) {
    case PathState::finished: return EventKind::finished;
    case PathState::stopped: return EventKind::stopped;
    case PathState::cut_off: return EventKind::cut_off;
    case PathState::open:
    case PathState::pruned: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

// Remembers of a path what an event needs when the path is gone.
class ObservedSpace::Watch final : public PathWatch {
 public:
  Watch(const ObservedSpace& space, const Path& path) : space_(&space), copied_(path.id != path.parent) { see(path); }
  ~Watch() override {
    // A root that was only forked from has not been given up: it lives on in its forks.
    if (state_ != PathState::open || (!copied_ && last_.tokens == 0)) return;
    note_budget(last_, *space_);
    space_->listener_(last_);
  }
  void see(const Path& path) {
    state_ = path.state;
    last_.kind = EventKind::pruned;
    last_.path = path.id;
    last_.parent = path.parent;
    last_.steps = path.step_ends.size();
    last_.tokens = path.tokens;
  }

 private:
  const ObservedSpace* space_;
  bool copied_;  // from another path
  PathState state_ = PathState::open;
  SearchEvent last_;
};

ObservedSpace::ObservedSpace(SearchSpace& inner, SearchListener listener) : inner_(&inner), listener_(std::move(listener)) {}

void ObservedSpace::begin(Path& path, EventKind kind) {
  path.watch = std::make_unique<Watch>(*this, path);
  listener_(event_of(kind, path, *this));
}

void ObservedSpace::grown(Path& path, EventKind kind, std::string_view text, std::int64_t drawn) {
  SearchEvent event = event_of(kind, path, *this);
  event.text = text;
  event.drawn = drawn;
  listener_(event);
  note_end(path);
}

void ObservedSpace::note_end(Path& path) {
  if (path.watch) static_cast<Watch&>(*path.watch).see(path);
  if (const auto kind = end_of(path.state)) listener_(event_of(*kind, path, *this));
}

awaitable<std::optional<Path>> ObservedSpace::open(const Problem& problem) {
  std::optional<Path> path = co_await inner_->open(problem);
  if (path) begin(*path, EventKind::opened);
  co_return path;
}

awaitable<std::vector<std::optional<Path>>> ObservedSpace::open_each(std::span<const Problem> problems) {
  std::vector<std::optional<Path>> paths = co_await inner_->open_each(problems);
  for (std::optional<Path>& path : paths) {
    if (path) begin(*path, EventKind::opened);
  }
  co_return paths;
}

std::vector<Path> ObservedSpace::fork(const Path& path, int copies) {
  std::vector<Path> forks = inner_->fork(path, copies);
  for (Path& copy : forks) begin(copy, EventKind::forked);
  return forks;
}

awaitable<void> ObservedSpace::advance(std::span<Path> paths, StepOptions options) {
  struct Before {
    Path* path;
    std::size_t bytes;
    std::int64_t tokens;
  };
  std::vector<Before> open;
  for (Path& path : paths) {
    if (path.state == PathState::open) open.push_back({&path, path.text.size(), path.tokens});
  }
  co_await inner_->advance(paths, std::move(options));
  for (const Before& before : open) {
    Path& path = *before.path;
    const std::int64_t drawn = path.tokens - before.tokens;
    if (drawn > 0 || path.state == PathState::open) {
      grown(path, EventKind::advanced, std::string_view(path.text).substr(before.bytes), drawn);
    } else {
      note_end(path);
    }
  }
}

bool ObservedSpace::append(Path& path, std::string_view text) { return replace_end(path, path.text.size(), text); }

bool ObservedSpace::replace_end(Path& path, std::size_t keep, std::string_view text) {
  const bool appended = inner_->replace_end(path, keep, text);
  if (appended) {
    grown(path, EventKind::appended, text, 0);
  } else {
    note_end(path);
  }
  return appended;
}

awaitable<bool> ObservedSpace::reply(Path& path, const Problem& problem, std::string text) {
  const std::string said = text;
  const bool replied = co_await inner_->reply(path, problem, std::move(text));
  grown(path, EventKind::replied, said, 0);
  co_return replied;
}

awaitable<std::optional<std::vector<std::vector<double>>>> ObservedSpace::likelihoods(std::span<const Path> paths,
                                                                                      std::vector<std::string> texts) {
  return inner_->likelihoods(paths, std::move(texts));
}

int ObservedSpace::choose(std::span<const double> probabilities) { return inner_->choose(probabilities); }

int ObservedSpace::models() const { return inner_->models(); }

bool ObservedSpace::exhausted() const { return inner_->exhausted(); }

std::int64_t ObservedSpace::drawable() const { return inner_->drawable(); }

std::int64_t ObservedSpace::longest_prompt() const { return inner_->longest_prompt(); }

RequestHandle ObservedSpace::request() const { return inner_->request(); }

void ObservedSpace::give_up_reserve() { reckon::give_up_reserve(*inner_); }
void ObservedSpace::suspend_reserve(bool suspended) { reckon::suspend_reserve(*inner_, suspended); }

}  // namespace reckon
