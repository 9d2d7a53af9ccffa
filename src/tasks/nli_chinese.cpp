#include <algorithm>
#include <array>
#include <cstdlib>

#include "tasks/nli_sentences.h"
#include "tasks/wording.h"

namespace reckon {
namespace {

// Things with the measure word that counts them.
struct Thing {
  std::string_view name, measure;
};
constexpr std::array<Thing, 12> kThings{{{"灯", "盏"},
                                         {"船", "艘"},
                                         {"书", "本"},
                                         {"椅子", "把"},
                                         {"桌子", "张"},
                                         {"马", "匹"},
                                         {"鱼", "条"},
                                         {"鸟", "只"},
                                         {"树", "棵"},
                                         {"房子", "座"},
                                         {"信", "封"},
                                         {"车", "辆"}}};
constexpr std::array<std::string_view, 10> kQualities{"红", "绿", "蓝", "白", "黑", "新", "旧", "大", "小", "干净"};
constexpr std::array<std::string_view, 10> kPeople{"面包师", "医生", "农民", "法官", "画家",
                                                   "飞行员", "水手", "裁缝", "老师", "厨师"};
constexpr std::array<std::string_view, 6> kDeeds{"钦佩", "跟随", "帮助", "称赞", "感谢", "警告"};
// Kinds and names that mean nothing: two of these syllables.
constexpr std::array<std::string_view, 12> kSyllables{"洛", "姆", "塔", "克", "维", "娜", "萨", "尔", "贝", "托", "伦", "迪"};

std::vector<std::string> draw_words(SplitMix64& rng, std::string_view family, int count) {
  std::vector<std::string> taken;
  const auto fresh = [&](auto draw) {
    for (;;) {
      std::string word = draw();
      if (std::ranges::find(taken, word) != taken.end()) continue;
      taken.push_back(word);
      return word;
    }
  };
  const auto thing = [&] { return std::string(one_of(kThings, rng).name); };
  const auto quality = [&] { return std::string(one_of(kQualities, rng)); };
  const auto nonce = [&] {
    std::string word(one_of(kSyllables, rng));
    return word.append(one_of(kSyllables, rng));
  };
  std::vector<std::string> words;
  if (family == "connectives") {
    for (int i = 0; i < count; ++i) {
      std::string fact = fresh(thing);
      words.push_back(fact.append(" ").append(fresh(quality)));
    }
  } else if (family == "quantifiers") {
    for (int i = 0; i <= count; ++i) words.push_back(fresh(nonce));
  } else if (family == "numbers") {
    words = {fresh(thing), fresh(quality)};
  } else {
    words.emplace_back(one_of(kDeeds, rng));
    for (int i = 0; i < count; ++i) words.push_back(fresh([&] { return std::string(one_of(kPeople, rng)); }));
  }
  return words;
}

std::string text_of(const LogicSentence& s, const LogicSentence* before, const std::vector<std::string>& words) {
  const auto word = [&](int i) { return words[static_cast<std::size_t>(i)]; };
  const auto fact = [&](int literal) {
    const std::vector<std::string> parts = split_words(word(std::abs(literal) - 1));
    return parts[0] + (literal > 0 ? "是" : "不是") + parts[1] + "的";
  };
  const auto things = [&](const char* how) {
    const auto thing = std::ranges::find(kThings, std::string_view(words[0]), &Thing::name);
    return std::string(how) + std::to_string(s.a) + std::string(thing->measure) + word(0) + "是" + word(1) + "的";
  };
  // Who acts is not said again right after a sentence about the same person.
  const bool again = before && before->a == s.a && (before->kind == LogicKind::did || before->kind == LogicKind::did_not);
  const std::string actor = again ? "也" : s.kind == LogicKind::did || s.kind == LogicKind::did_not ? word(s.a) : "";
  switch (s.kind) {
    case LogicKind::fact: return fact(s.a);
    case LogicKind::both: return fact(s.a) + "，而且" + fact(s.b);
    case LogicKind::either: return "要么" + fact(s.a) + "，要么" + fact(s.b) + "，或者两者都对";
    case LogicKind::implies: return "如果" + fact(s.a) + "，那么" + fact(s.b);
    case LogicKind::same: return fact(s.a) + "，当且仅当" + fact(s.b);
    case LogicKind::every: return "每个" + word(s.a - 1) + "都是" + word(s.b - 1);
    case LogicKind::some: return "有的" + word(s.a - 1) + "是" + word(s.b - 1);
    case LogicKind::none: return "没有" + word(s.a - 1) + "是" + word(s.b - 1);
    case LogicKind::some_not: return "有的" + word(s.a - 1) + "不是" + word(s.b - 1);
    case LogicKind::is: return words.back() + (s.b > 0 ? "是" : "不是") + word(std::abs(s.b) - 1);
    case LogicKind::at_least: return things("至少有");
    case LogicKind::at_most: return things("至多有");
    case LogicKind::exactly: return things("恰好有");
    case LogicKind::did: return actor + word(0) + "了" + word(s.b);
    case LogicKind::did_not: return actor + "没有" + word(0) + word(s.b);
    case LogicKind::was_done: return word(s.b) + "被" + word(s.a) + word(0) + "了";
  }
  return "";
}

std::string prompt(std::span<const std::string> premises, const std::string& hypothesis) {
  std::string text = "前提：";
  for (const std::string& premise : premises) text += premise + "。";
  return text + "假设：" + hypothesis + "。蕴含、矛盾还是中立？";
}

}  // namespace

const LogicLanguage& chinese_logic() {
  static constexpr LogicLanguage kChinese{draw_words, text_of, prompt, "蕴含", "矛盾", "中立"};
  return kChinese;
}

}  // namespace reckon
