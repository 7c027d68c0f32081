"""Makes DroidSansFallback-subset.ttf: the letters of the window's Chinese texts and nothing else.

    pip install fonttools && python assets/fonts/subset.py [DroidSansFallbackFull.ttf]

Run it after new Chinese texts; a test names the letters that the font lacks.
"""
import pathlib
import sys

from fontTools import subset

here = pathlib.Path(__file__).parent
usual = "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"
source = sys.argv[1] if len(sys.argv) > 1 else usual
texts = (here.parent.parent / "src" / "app").rglob("*.rs")
letters = {letter for path in texts for letter in path.read_text("utf-8") if ord(letter) >= 0x2E80}
# Letters that Chinese data and file names often bring along.
letters |= set("年月日时分秒周季零一二三四五六七八九十百千万亿")
options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])
font = subset.load_font(source, options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[ord(letter) for letter in letters])
subsetter.subset(font)
subset.save_font(font, here / "DroidSansFallback-subset.ttf", options)
print(f"{len(letters)} letters")
