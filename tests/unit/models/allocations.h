// How often this test program asked for memory, in all threads.
#pragma once

namespace reckon {
long allocations();
}
