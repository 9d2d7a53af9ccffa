// A finished search as a picture that needs nothing else: no script, font or picture from elsewhere.
#pragma once

#include <string>

#include "draw/search_trace.h"

namespace reckon {

// A complete SVG 1.1 document. What is known of a node is in its <title>, which viewers show when it is pointed at.
std::string search_svg(const TracedSearch& search);

// A page around the same tree that zooms (wheel), moves (drag), and shows what is known of the node that is pointed at; a click
// keeps it. Its script is fixed text: nothing of the trace is part of it.
std::string search_html(const TracedSearch& search);

}  // namespace reckon
