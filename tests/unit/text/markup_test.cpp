#include "text/markup.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(Markup, IsEscapedInTextAndInDoubleQuotes) {
  EXPECT_EQ(escaped("</script> & \"x\" < 'y'", 100), "&lt;/script&gt; &amp; &quot;x&quot; &lt; 'y'");
}

TEST(Markup, HoldsNoCharacterThatXmlForbids) {
  EXPECT_EQ(escaped(std::string_view("a\0b\x1b[31m\x7f", 9), 100), "a\uFFFDb\uFFFD[31m\uFFFD");
  EXPECT_EQ(escaped("\xff \xed\xa0\x80 \xef\xbf\xbf \xc2\x85", 100), "\uFFFD \uFFFD\uFFFD\uFFFD \uFFFD \uFFFD");
  EXPECT_EQ(escaped("é世🙂", 100), "é世🙂");
}

TEST(Markup, KeepsLineBreaksWhereTheyAreWanted) {
  EXPECT_EQ(escaped("a\nb\tc\r\n", 100), "a b c  ");
  EXPECT_EQ(escaped("a\nb\tc", 100, LineBreaks::kept), "a\nb c");
}

TEST(Markup, IsCutAtACharacterNeverInsideOne) {
  EXPECT_EQ(escaped("世界人", 3), "世界人");
  EXPECT_EQ(escaped("世界人", 2), "世…");
  EXPECT_EQ(escaped("&&&", 2), "&amp;…");
  EXPECT_EQ(escaped("", 1), "");
}

}  // namespace
}  // namespace reckon
