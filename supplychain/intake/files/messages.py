"""What can be wrong with a file of tables, in both languages; each sentence says what was done or how to go on."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

NO_FILE: Final = Text(en="There is no file {file}. Check the path.", vi="Không có tệp {file}. Hãy kiểm tra đường dẫn.")
UNREADABLE: Final = Text(en="The file {file} cannot be read: {reason}.", vi="Không đọc được tệp {file}: {reason}.")
NO_ORDINARY_FILE: Final = Text(
    en="{file} is a pipe or a device, no ordinary file. Save what comes out of it to a file and import that.",
    vi="{file} là đường ống hoặc thiết bị, không phải tệp thường. Hãy lưu nội dung ra tệp rồi nhập tệp đó.",
)
BAD_DELIMITER: Final = Text(
    en="'{given}' cannot part cells. Name one character that is no letter, digit, quotation mark or line end.",
    vi="'{given}' không thể ngăn cột. Hãy ghi một ký tự không phải chữ, số, dấu ngoặc kép hay dấu xuống dòng.",
)
EMPTY_FILE: Final = Text(
    en="The file {file} is empty. It needs a header and at least one row.",
    vi="Tệp {file} trống. Tệp cần có dòng tiêu đề và ít nhất một dòng dữ liệu.",
)
NO_TABLE: Final = Text(
    en="No sheet of {file} holds a table: a header and at least one row below it are needed.",
    vi="Không trang nào của tệp {file} có bảng: cần có dòng tiêu đề và ít nhất một dòng bên dưới.",
)
UNKNOWN_KIND: Final = Text(
    en="{file} is no file this program reads. Give CSV, TSV, XLSX, ODS, XLS, Parquet, GeoPackage or GeoJSON.",
    vi="{file} không phải loại tệp mà chương trình đọc được. Hãy dùng CSV, TSV, XLSX, ODS, XLS, Parquet, GeoPackage "
    "hoặc GeoJSON.",
)
NOT_TEXT: Final = Text(
    en="{file} is no text: it is full of control characters from byte {byte} on. Export the table again.",
    vi="{file} không phải tệp văn bản: có nhiều ký tự điều khiển từ byte {byte}. Hãy xuất bảng lại.",
)
LONG_LINE: Final = Text(
    en="Line {line} of {file} is longer than {limit:,} characters, so it is no line of a table. Check its ends.",
    vi="Dòng {line} của tệp {file} dài hơn {limit:,} ký tự nên không phải một dòng của bảng. Hãy kiểm tra ngắt dòng.",
)
LONG_CELL: Final = Text(
    en="A cell that begins on line {line} of {file} is longer than {limit:,} characters. A quotation mark may be "
    "missing there.",
    vi="Ô bắt đầu ở dòng {line} của tệp {file} dài hơn {limit:,} ký tự. Có thể ở đó thiếu dấu ngoặc kép.",
)
OPEN_QUOTE: Final = Text(
    en="A quotation mark is opened on line {line} of {file} and never closed. Close it or take it out.",
    vi="Dấu ngoặc kép mở ở dòng {line} của tệp {file} không được đóng. Hãy đóng hoặc bỏ dấu đó.",
)
MANY_COLUMNS: Final = Text(
    en="{place} has {count:,} columns; at most {limit:,} are read. Check the delimiter, or whether rows and columns "
    "are swapped.",
    vi="{place} có {count:,} cột; chương trình đọc nhiều nhất {limit:,} cột. Hãy kiểm tra dấu ngăn cách, hoặc dòng và "
    "cột có bị đổi chỗ không.",
)
BAD_ENCODING_NAME: Final = Text(
    en="There is no encoding '{name}'. Choose one of: {names}.",
    vi="Không có bảng mã '{name}'. Hãy chọn một trong: {names}.",
)
WRONG_ENCODING: Final = Text(
    en="Line {line} is not in {encoding} as the rest of the file is, so its letters are not known. Write the line "
    "again in the encoding of the rest.",
    vi="Dòng {line} không theo bảng mã {encoding} như phần còn lại của tệp nên không rõ các chữ. Hãy ghi lại dòng này "
    "cùng bảng mã với phần còn lại.",
)
NUL_IN_ROW: Final = Text(
    en="The row holds a NUL character, so the file was damaged here. Write the row again.",
    vi="Dòng có ký tự NUL, tệp bị hỏng ở chỗ này. Hãy ghi lại dòng này.",
)
LOST_LETTERS: Final = Text(
    en="The row holds the sign � in place of letters lost in an earlier conversion. Write them again.",
    vi="Dòng có ký hiệu � thay cho các chữ đã mất khi chuyển mã trước đây. Hãy ghi lại các chữ đó.",
)
LEGACY_IN_ROW: Final = Text(
    en="The row holds text in a legacy font ({name}), such as '{example}', while the rest of the file is Unicode. "
    "Convert it to Unicode.",
    vi="Dòng có chữ theo phông cũ ({name}), chẳng hạn '{example}', trong khi phần còn lại là Unicode. Hãy chuyển sang "
    "Unicode.",
)
UNCONVERTED: Final = Text(
    en="The row holds text that cannot be converted from {name}, such as '{example}'. Write it again in Unicode.",
    vi="Dòng có chữ không chuyển được từ {name}, chẳng hạn '{example}'. Hãy ghi lại bằng Unicode.",
)
CONTROLS: Final = Text(
    en="Invisible control characters (such as {names}) were taken out of cells.",
    vi="Đã bỏ các ký tự điều khiển không nhìn thấy (chẳng hạn {names}) khỏi các ô.",
)
BAD_QUOTES: Final = Text(
    en="The quotation marks of the row do not fit: {reason}. Double the marks inside a cell.",
    vi="Dấu ngoặc kép của dòng không khớp: {reason}. Hãy viết đôi các dấu nằm trong ô.",
)
LONG_ROW: Final = Text(
    en="The row has {found} cells, the header {expected}. A cell with the delimiter inside needs quotation marks.",
    vi="Dòng có {found} ô còn tiêu đề có {expected}. Ô chứa dấu ngăn cách phải đặt trong dấu ngoặc kép.",
)
OUTSIDE: Final = Text(
    en="Cells right of the table, which has {expected} columns, were left out.",
    vi="Các ô bên phải bảng (bảng có {expected} cột) được bỏ qua.",
)
SHORT_ROW: Final = Text(
    en="Rows have fewer cells than the header ({expected}); the missing cells at their end were taken as empty.",
    vi="Có dòng ít ô hơn tiêu đề ({expected}); các ô thiếu ở cuối được coi là trống.",
)
DELIMITER: Final = Text(
    en="The cells are parted by {name}.",
    vi="Các ô ngăn cách bằng {name}.",
)
TITLE_LINES: Final = Text(
    en="The header was found on line {line}; the {count} lines above it were left out.",
    vi="Dòng tiêu đề nằm ở dòng {line}; {count} dòng phía trên được bỏ qua.",
)
TWO_LINES: Final = Text(
    en="The header stands on lines {first} to {last}; their headings were joined.",
    vi="Tiêu đề nằm ở các dòng {first} đến {last}; các đề mục được ghép lại.",
)
NUMBERING: Final = Text(
    en="Line {line} only numbers the columns and was left out.",
    vi="Dòng {line} chỉ đánh số các cột nên được bỏ qua.",
)
SAME_HEADER: Final = Text(
    en="The header names '{name}' more than once; the later ones are called '{name} (2)' and so on.",
    vi="Tiêu đề ghi '{name}' nhiều lần; các cột sau được gọi là '{name} (2)' và tiếp theo.",
)
NO_HEADING: Final = Text(
    en="The column {name} has no heading.",
    vi="Cột {name} không có tiêu đề.",
)
UNKNOWN_HEADER: Final = Text(
    en="Line {line} was taken as the header, and none of its headings is known. If it is data, say that the sheet has "
    "no header (header_line: 0).",
    vi="Dòng {line} được lấy làm tiêu đề nhưng không rõ đề mục nào. Nếu đó là dữ liệu, hãy ghi là trang không có dòng "
    "tiêu đề (header_line: 0).",
)
TOTAL_ROW: Final = Text(
    en="Rows of totals were found; they are no records and were left out.",
    vi="Có dòng tổng cộng; các dòng này không phải bản ghi nên được bỏ qua.",
)
HEADING_ROW: Final = Text(
    en="Rows that only name a group of rows below them were found and left out.",
    vi="Có dòng chỉ ghi tên nhóm cho các dòng bên dưới; các dòng này được bỏ qua.",
)
HIDDEN_ROW: Final = Text(
    en="Rows hidden in the workbook were read like the others.",
    vi="Các dòng bị ẩn trong tệp cũng được đọc như các dòng khác.",
)
HIDDEN_SHEET: Final = Text(
    en="The sheet is hidden in the workbook; it was read like the others.",
    vi="Trang này bị ẩn trong tệp; vẫn được đọc như các trang khác.",
)
EMPTY_SHEET: Final = Text(
    en="The sheet holds no table and was left out.",
    vi="Trang không có bảng nên được bỏ qua.",
)
ERROR_CELL: Final = Text(
    en="Cells hold an error of a formula instead of a value.",
    vi="Có ô chứa lỗi công thức thay vì giá trị.",
)
NO_RESULT: Final = Text(
    en="Cells hold a formula whose result is not stored. Open the file in a spreadsheet program and save it again.",
    vi="Có ô chứa công thức mà tệp không lưu kết quả. Hãy mở tệp bằng chương trình bảng tính và lưu lại.",
)
FORMULAS: Final = Text(
    en="Cells hold formulas; their stored results were read.",
    vi="Có ô chứa công thức; kết quả đã lưu được đọc.",
)
ENCRYPTED: Final = Text(
    en="{file} is protected with a password. Save it without one.",
    vi="{file} được bảo vệ bằng mật khẩu. Hãy lưu lại không có mật khẩu.",
)
DAMAGED: Final = Text(
    en="{file} is damaged: {reason}. Open it in the program it came from and save it again.",
    vi="{file} bị hỏng: {reason}. Hãy mở bằng chương trình đã tạo ra tệp và lưu lại.",
)
BOMB: Final = Text(
    en="{file} unpacks to more than is allowed ({reason}), so it was not opened. Split it, or save it again.",
    vi="{file} giải nén vượt quá mức cho phép ({reason}) nên không được mở. Hãy chia nhỏ hoặc lưu lại tệp.",
)
ENTITIES: Final = Text(
    en="{file} declares XML entities, which no spreadsheet program writes, so it was not read.",
    vi="{file} khai báo thực thể XML, điều mà chương trình bảng tính không ghi, nên không được đọc.",
)
MACROS: Final = Text(
    en="The workbook holds macros; only its data were read.",
    vi="Tệp có macro; chỉ dữ liệu được đọc.",
)
OLD_FORMAT: Final = Text(
    en="The format of the file does not show how numbers are displayed: leading zeros of codes typed as numbers are "
    "lost. Save it as XLSX to keep them.",
    vi="Định dạng tệp không cho biết cách hiển thị số: số 0 ở đầu của mã gõ dạng số bị mất. Hãy lưu dạng XLSX để giữ.",
)
NOT_A_WORKBOOK: Final = Text(
    en="{file} is a zip archive but no XLSX or ODS workbook. Take the table out of the archive first.",
    vi="{file} là tệp nén zip nhưng không phải bảng tính XLSX hay ODS. Hãy lấy bảng ra khỏi tệp nén trước.",
)
XLSB: Final = Text(
    en="{file} is a binary workbook (XLSB). Save it as XLSX.",
    vi="{file} là bảng tính nhị phân (XLSB). Hãy lưu dạng XLSX.",
)
