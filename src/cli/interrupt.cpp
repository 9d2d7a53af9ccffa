#include "cli/interrupt.h"

#include <atomic>
#include <csignal>
#include <utility>

namespace reckon {
namespace {

// All that a signal handler may touch.
std::atomic<Request*> watched = nullptr;
std::atomic<bool> interrupted = false;

void on_interrupt(int) {
  interrupted = true;
  if (Request* request = watched) request->end_drawing();
}

void take(void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  interrupted = false;
  take(on_interrupt, static_cast<int>(SA_RESETHAND) | SA_RESTART);
}

Interrupt::~Interrupt() {
  take(SIG_DFL, 0);
  watched = nullptr;
}

void Interrupt::watch(RequestHandle request) {
  request_ = std::move(request);
  watched = request_.get();
  if (interrupted) request_->end_drawing();
}

bool Interrupt::came() noexcept { return interrupted; }

}  // namespace reckon
