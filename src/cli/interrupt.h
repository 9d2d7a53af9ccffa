// Ctrl-C while a problem is being answered: the first one ends the drawing, so that what there is is scored, selected and shown
// with its receipt; the second ends the program, as without this.
#pragma once

#include "engine/request.h"

namespace reckon {

class Interrupt {  // one at a time; takes SIGINT from its making to the first one or its end
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void watch(RequestHandle request);  // whose drawing ends, at once where Ctrl-C came before
  static bool came() noexcept;

 private:
  RequestHandle request_;
};

}  // namespace reckon
