// Whether a drawing is XML.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace reckon {

// Tags close in order, attributes are quoted, no bare ampersand: what an XML parser checks in a document without a doctype.
inline bool well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '&') {
      const std::string entity = xml.substr(at, xml.find(';', at) - at);
      if (entity != "&amp" && entity != "&lt" && entity != "&gt" && entity != "&quot") return false;
    }
    if (static_cast<unsigned char>(xml[at]) < 0x20 && xml[at] != '\n') return false;
    if (xml[at] != '<') continue;
    const std::size_t close = xml.find('>', at);
    if (close == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, close - at - 1);
    if (std::ranges::count(tag, '"') % 2 != 0) return false;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
    at = close;
  }
  return open.empty();
}

}  // namespace reckon
