"""Makes the binary files of this folder with pandas, openpyxl, odfpy, pyarrow and numpy.

    python tests/files/make.py

All of them hold the first 36 months of the airline series, unless their name says otherwise.
"""
import gzip, io, pathlib, struct, zipfile
import numpy, openpyxl, pandas, xlwt

here = pathlib.Path(__file__).parent
airline = pandas.read_csv(here / "../../assets/data/airline.csv").head(36)
dated = airline.assign(Date=pandas.to_datetime(airline.Date))

airline.to_csv(here / "airline.csv.gz", index=False, compression={"method": "gzip", "mtime": 1})
with zipfile.ZipFile(here / "airline.zip", "w", zipfile.ZIP_DEFLATED) as packed:
    packed.writestr("folder/airline.csv", airline.to_csv(index=False))
dated.to_excel(here / "airline.xlsx", index=False)
dated.to_excel(here / "airline.ods", index=False, engine="odf")
dated.to_json(here / "airline-records.json", orient="records", date_format="iso")
dated.to_json(here / "airline-lines.jsonl", orient="records", lines=True, date_format="iso")
dated.to_json(here / "airline-columns.json")
dated.to_json(here / "airline-split.json", orient="split", index=False, date_format="iso")
dated.to_parquet(here / "airline.parquet", index=False, compression="snappy")
dated.to_parquet(here / "airline-gzip.parquet", index=False, compression="gzip")
dated.to_parquet(here / "airline-zstd.parquet", index=False, compression="zstd")
dated.to_parquet(here / "airline-lz4.parquet", index=False, compression="lz4")
numpy.save(here / "airline.npy", airline.Passengers.to_numpy(dtype="float64"))
numpy.save(here / "three.npy", numpy.asfortranarray(numpy.arange(24, dtype=">i2").reshape(2, 3, 4)))
numpy.save(here / "pair.npy", numpy.arange(8, dtype="float32").reshape(4, 2) / 4)

# An old workbook, which pandas writes no more.
old = xlwt.Workbook()
page = old.add_sheet("Sheet1")
style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
page.write(0, 0, "Date"), page.write(0, 1, "Passengers")
for row, (date, passengers) in enumerate(zip(dated.Date, airline.Passengers), 1):
    page.write(row, 0, date.to_pydatetime(), style), page.write(row, 1, int(passengers))
old.save(str(here / "airline.xls"))

# A binary workbook, which no library for Python writes: records by [MS-XLSB].
def record(kind, *parts):
    body = b"".join(parts)
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size, rest = bytearray(), len(body)
    while True:
        size.append(rest & 127 | (128 if rest > 127 else 0))
        rest >>= 7
        if not rest:
            return head + bytes(size) + body

def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")

def whole(*numbers):
    return struct.pack(f"<{len(numbers)}I", *numbers)

def cell(column, style):
    return whole(column, style)

rows = [record(0, whole(0, 0), bytes(9)) + record(7, cell(0, 0), whole(0)) + record(7, cell(1, 0), whole(1))]
for row, (date, passengers) in enumerate(zip(dated.Date, airline.Passengers), 1):
    day = (date - pandas.Timestamp("1899-12-30")).days
    number = record(2, cell(1, 0), whole(int(passengers) << 2 | 2)) if row % 2 else record(5, cell(1, 0), struct.pack("<d", passengers))
    rows.append(record(0, whole(row, 0), bytes(9)) + record(5, cell(0, 1), struct.pack("<d", day)) + number)
with zipfile.ZipFile(here / "airline.xlsb", "w", zipfile.ZIP_DEFLATED) as packed:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = '<Relationship Id="rId{}" Type="' + office + '/{}" Target="{}"/>'
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    packed.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>')
    packed.writestr("_rels/.rels", relations.format(relation.format(1, "officeDocument", "xl/workbook.bin")))
    targets = [("worksheet", "worksheets/sheet1.bin"), ("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]
    packed.writestr("xl/_rels/workbook.bin.rels", relations.format("".join(relation.format(k, *target) for k, target in enumerate(targets, 1))))
    packed.writestr("xl/workbook.bin", record(0x83) + record(0x99, whole(0, 0), wide("")) + record(0x8F) + record(0x9C, whole(0, 1), wide("rId1"), wide("Sheet1")) + record(0x90) + record(0x9D, whole(0, 0, 0, 0)) + record(0x84))
    formats = [struct.pack("<HHHHHBBI", 0, kind, 0, 0, 0, 0, 0, 0) for kind in (0, 14)]
    packed.writestr("xl/styles.bin", record(0x116) + record(0x269, whole(2)) + b"".join(record(0x2F, x) for x in formats) + record(0x26A) + record(0x117))
    packed.writestr("xl/sharedStrings.bin", record(0x9F, whole(2, 2)) + record(0x13, b"\0", wide("Date")) + record(0x13, b"\0", wide("Passengers")) + record(0xA0))
    packed.writestr("xl/worksheets/sheet1.bin", record(0x81) + record(0x94, whole(0, 36, 0, 1)) + record(0x91) + b"".join(rows) + record(0x92) + record(0x82))

# A workbook as people keep them: titles, an empty row, an empty column, hours, two sheets.
book = openpyxl.Workbook()
book.active.title = "About"
book.active["A1"] = "Nothing to see"
sheet = book.create_sheet("Sensor")
sheet["B1"] = "Readings of the sensor"
sheet.append([])
sheet.append([None, "when", "temperature", "state"])
for hour in range(48):
    when = pandas.Timestamp("2021-03-01") + pandas.Timedelta(hours=hour)
    sheet.append([None, when.to_pydatetime(), None if hour == 5 else 20 + hour / 8, "on" if hour % 3 else "off"])
other = book.create_sheet("Daily")
other.append(["day", "sum"])
for day in range(10):
    other.append([(pandas.Timestamp("2021-03-01") + pandas.Timedelta(days=day)).to_pydatetime().date(), day * day])
book.save(here / "sensor.xlsx")

# A sheet that claims a cell in its last corner.
book = openpyxl.Workbook()
for row in range(3):
    book.active.append([row, row * row])
book.active["XFD1048576"] = 1
book.save(here / "corner.xlsx")

# Headers of several rows: units below names, and what pandas writes of columns in levels.
book = openpyxl.Workbook()
book.active.append(["Time", "Temp", "Load"])
book.active.append([None, "°C", "kW"])
for hour in range(24):
    at = pandas.Timestamp("2021-03-01") + pandas.Timedelta(hours=hour)
    book.active.append([at.to_pydatetime(), hour * 7 % 5 + 0.5, hour * 3 % 7 + 0.25])
book.save(here / "units.xlsx")

# Formulas that no spreadsheet program has worked out.
book = openpyxl.Workbook()
sheet = book.active
sheet.append(["month", "value", "double"])
for month in range(12):
    sheet.append([f"2020-{month + 1:02d}", month * 7 % 5, f"=B{month + 2}*2"])
book.save(here / "formulas.xlsx")
levels = pandas.MultiIndex.from_product([["Close", "High"], ["AAPL", "MSFT"]], names=["Price", "Ticker"])
dates = pandas.date_range("2021-03-01", periods=24, name="Date")
pandas.DataFrame(numpy.arange(96.0).reshape(24, 4) / 4, index=dates, columns=levels).to_excel(here / "levels.xlsx")

# 300 MiB of zeros in 300 KiB.
with gzip.GzipFile(here / "bomb.csv.gz", "wb", mtime=1) as packed:
    packed.write(b"x\n")
    for _ in range(300):
        packed.write(b"0\n" * (1 << 19))

# A gigabyte of text in a few kilobytes: one text that a thousand rows share.
import pyarrow, pyarrow.parquet
shared = pyarrow.DictionaryArray.from_arrays(pyarrow.array(numpy.zeros(1000, dtype="int32")), ["x" * 1_000_000])
pyarrow.parquet.write_table(pyarrow.table({"text": shared, "x": numpy.arange(1000)}), here / "bomb.parquet", compression="gzip")

# A text of 32,000 letters that 20,000 cells of an old workbook share: 600 MiB in 40 kilobytes.
old = xlwt.Workbook()
page = old.add_sheet("Sheet1")
for row in range(20_000):
    page.write(row, 0, "x" * 32_000), page.write(row, 1, row)
packed = io.BytesIO()
old.save(packed)
(here / "bomb.xls.gz").write_bytes(gzip.compress(packed.getvalue(), mtime=1))
