"""Makes the binary files of this folder with pandas, openpyxl, odfpy, pyarrow and numpy.

    python tests/files/make.py

All of them hold the first 36 months of the airline series, unless their name says otherwise.
"""
import gzip, pathlib, zipfile
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

# 300 MiB of zeros in 300 KiB.
with gzip.GzipFile(here / "bomb.csv.gz", "wb", mtime=1) as packed:
    packed.write(b"x\n")
    for _ in range(300):
        packed.write(b"0\n" * (1 << 19))
