"""What can be wrong with a folder of flow tables, in both languages; each sentence says how to put it right."""

from __future__ import annotations

from typing import Final

from supplychain.text import Text

SUMMARY: Final = Text(
    en="The folder {folder} cannot be planned as it stands; findings: {count}. Nothing was planned.",
    vi="Thư mục {folder} chưa thể lập phương án: {count} lỗi. Chưa tính gì.",
)
MORE: Final = Text(
    en="{count} more findings in this column are not listed; put the listed ones right first.",
    vi="Còn {count} lỗi nữa ở cột này không liệt kê; hãy sửa các lỗi đã nêu trước.",
)
MORE_NOTES: Final = Text(en="{count} more such notes are not listed.", vi="Còn {count} lưu ý tương tự không liệt kê.")
NO_FOLDER: Final = Text(
    en="There is no folder {folder}. Name the folder that holds nodes.csv, links.csv and the others.",
    vi="Không có thư mục {folder}. Hãy chỉ đúng thư mục chứa nodes.csv, links.csv và các tệp khác.",
)
MISSING_FILE: Final = Text(
    en="The file is missing, and no plan can be made without it.{hint}",
    vi="Thiếu tệp; không có tệp này thì không lập được phương án.{hint}",
)
MISSPELT_FILE: Final = Text(
    en="No table has this name, so nothing in the file would be used. Rename or remove it.{hint}",
    vi="Không có bảng nào tên như vậy nên tệp sẽ không được dùng. Hãy đổi tên hoặc bỏ tệp.{hint}",
)
UNKNOWN_FILE: Final = Text(
    en="No table has this name; the file was not read.",
    vi="Không có bảng nào tên như vậy; tệp không được đọc.",
)
NO_FILE: Final = Text(
    en="This is a folder or a device, not a file. Put the CSV file in its place.",
    vi="Đây là thư mục hoặc thiết bị, không phải tệp. Hãy thay bằng tệp CSV.",
)
NO_ROWS: Final = Text(en="The file has no rows.", vi="Tệp không có dòng nào.")
TABS: Final = Text(
    en="The columns are parted by tabs. Save the file with commas.",
    vi="Các cột ngăn cách bằng dấu tab. Hãy lưu tệp với dấu phẩy.",
)
SEMICOLONS: Final = Text(
    en="The columns are parted by ';'. Save the file with commas between columns and points in numbers (1234.5).",
    vi="Các cột ngăn cách bằng dấu ';'. Hãy lưu tệp với dấu phẩy giữa các cột và dấu chấm thập phân (1234.5).",
)
UNKNOWN_COLUMN: Final = Text(
    en="The table has no column '{column}', so it would be ignored. Rename or remove it; notes go into 'remark'.{hint}",
    vi="Bảng không có cột '{column}' nên cột sẽ bị bỏ qua. Hãy đổi tên hoặc bỏ cột; ghi chú để ở cột 'remark'.{hint}",
)
UNNAMED_COLUMN: Final = Text(
    en="Column {position} has no name but holds values. Name it in the header or empty it.",
    vi="Cột thứ {position} không có tên nhưng có giá trị. Hãy đặt tên ở dòng tiêu đề hoặc xóa trống cột.",
)
RAGGED_ROW: Final = Text(
    en="The row has {found} cells, the header {expected}. Check commas and quotation marks; a decimal comma also parts "
    "a cell in two.",
    vi="Dòng có {found} ô, còn tiêu đề có {expected}. Hãy kiểm tra dấu phẩy và dấu ngoặc kép; dấu phẩy thập phân cũng "
    "tách ô làm hai.",
)
NUMBER_WITH_UNIT: Final = Text(
    en="'{value}' is not a number alone. Write the digits without the unit; the column is in {unit}.",
    vi="'{value}' không chỉ là số. Hãy viết số không kèm đơn vị; cột này tính theo {unit}.",
)
NOT_ABOVE_ZERO: Final = Text(
    en="{value} is not allowed: it must be above 0, in {unit}.",
    vi="{value} không được phép: phải lớn hơn 0, tính theo {unit}.",
)
NEGATIVE: Final = Text(
    en="{value} is below the least allowed, {limit} {unit}.",
    vi="{value} nhỏ hơn mức cho phép là {limit} {unit}.",
)
TINY: Final = Text(
    en="{value} is below the least believed, {limit} {unit}. Check the digits and the unit.",
    vi="{value} nhỏ hơn mức tin được là {limit} {unit}. Hãy kiểm tra chữ số và đơn vị.",
)
ABSURD: Final = Text(
    en="{value} is above the most believed, {limit} {unit}. Check the digits and the unit.",
    vi="{value} lớn hơn mức tin được là {limit} {unit}. Hãy kiểm tra chữ số và đơn vị.",
)
BAD_ID: Final = Text(
    en="'{value}' cannot be a name here: no control or unseen characters, no ';' or '|', at most {limit} characters.",
    vi="'{value}' không dùng làm mã được: không có ký tự điều khiển hay ký tự ẩn, không có ';' hoặc '|', tối đa "
    "{limit} ký tự.",
)
CONTROL_CHARACTERS: Final = Text(
    en="'{value}' holds a control character. Remove it.", vi="'{value}' có ký tự điều khiển. Hãy xóa ký tự đó."
)
ID_ELSEWHERE: Final = Text(
    en="'{value}' is the name of a node too. Give the plant another, so that origins are clear.",
    vi="'{value}' cũng là mã của một nút. Hãy đặt mã khác cho nhà máy để nơi đi được rõ.",
)
CONTRADICTION: Final = Text(
    en="{names} '{value}' stands in row {first} already with another {column}. Keep one of the rows.",
    vi="{names} '{value}' đã có ở dòng {first} với {column} khác. Hãy giữ một dòng.",
)
REPEATED: Final = Text(
    en="{names} '{value}' stands in row {first} already. Keep one of the rows.",
    vi="{names} '{value}' đã có ở dòng {first}. Hãy giữ một dòng.",
)
UNKNOWN_SETTING: Final = Text(
    en="There is no setting '{value}'. The settings are: {choices}.{hint}",
    vi="Không có thiết lập '{value}'. Các thiết lập là: {choices}.{hint}",
)
BAD_CURRENCY: Final = Text(
    en="'{value}' is no currency word: write up to 20 letters, such as VND or USD.",
    vi="'{value}' không phải tên tiền: hãy viết tối đa 20 chữ cái, ví dụ VND hay USD.",
)
BAD_YEAR: Final = Text(en="'{value}' is not a year from 1850 to 2200.", vi="'{value}' không phải năm từ 1850 đến 2200.")

LENGTH_NEEDED: Final = Text(
    en="The length is missing, but mode '{mode}' has a price or emissions per km or a speed. Give length_km; write 0 "
    "if the link has none.",
    vi="Thiếu chiều dài, mà phương thức '{mode}' có giá hoặc phát thải theo km hoặc tốc độ. Hãy ghi length_km; ghi 0 "
    "nếu tuyến không có chiều dài.",
)
TOO_FAST: Final = Text(
    en="{length} km in {time} h is {speed:,.0f} km/h, above {limit:,.0f}. Give length_km in km and time_h in hours.",
    vi="{length} km trong {time} giờ là {speed:,.0f} km/h, vượt {limit:,.0f}. Hãy ghi length_km theo km và time_h theo "
    "giờ.",
)
TOO_SLOW: Final = Text(
    en="{length} km in {time} h is {speed:.2g} km/h. Are these minutes? time_h is in hours.",
    vi="{length} km trong {time} giờ là {speed:.2g} km/h. Có phải là phút không? time_h tính theo giờ.",
)
TOO_SHORT: Final = Text(
    en="{length} km is far less than the {straight:,.1f} km straight between its nodes. Give length_km in km, or check "
    "lon and lat of '{first}' and '{second}'.",
    vi="{length} km ngắn hơn nhiều so với {straight:,.1f} km đường thẳng giữa hai nút. Hãy ghi length_km theo km, hoặc "
    "kiểm tra lon và lat của '{first}' và '{second}'.",
)
TOO_LONG: Final = Text(
    en="{length} km is very much more than the {straight:,.1f} km straight between its nodes. Are these metres?",
    vi="{length} km dài hơn rất nhiều so với {straight:,.1f} km đường thẳng giữa hai nút. Có phải là mét không?",
)
SELF_LINK: Final = Text(
    en="The link goes from '{value}' to itself, so no freight will use it.",
    vi="Tuyến đi từ '{value}' về chính nó nên không có hàng nào dùng.",
)
GRAMS: Final = Text(
    en="{value:g} kg CO2e per tonne and km is more than aircraft emit. Are these grams? The column is in kilograms.",
    vi="{value:g} kg CO2e mỗi tấn-km là nhiều hơn cả máy bay. Có phải là gam không? Cột này tính theo kilôgam.",
)
TEU_NEEDED: Final = Text(
    en="The class may use link '{link}', whose capacity counts TEU. Give t_per_teu, or keep the class off the link.",
    vi="Loại hàng được dùng tuyến '{link}' có năng lực tính theo TEU. Hãy ghi t_per_teu, hoặc không cho loại hàng dùng "
    "tuyến đó.",
)
VEHICLE_NEEDED: Final = Text(
    en="Vehicles of the mode must be counted ({reason}), but neither the mode nor class '{class_id}' says how many "
    "tonnes one takes. Give t_per_vehicle here or in classes.csv.",
    vi="Cần đếm số xe của phương thức ({reason}), nhưng cả phương thức lẫn loại hàng '{class_id}' đều không ghi một xe "
    "chở bao nhiêu tấn. Hãy ghi t_per_vehicle ở đây hoặc trong classes.csv.",
)
VEHICLE_PRICE: Final = Text(en="prices or emissions per vehicle-km", vi="giá hoặc phát thải theo xe-km")
VEHICLE_CAPACITY: Final = Text(en="a capacity of link '{link}'", vi="năng lực của tuyến '{link}'")
HOURS_NEEDED: Final = Text(
    en="'{capacity}' counts vehicle hours, but link '{link}' has no time. Give its time_h, or length_km and the mode's "
    "speed_kmh.",
    vi="'{capacity}' tính theo giờ xe, nhưng tuyến '{link}' không có thời gian. Hãy ghi time_h, hoặc length_km và "
    "speed_kmh của phương thức.",
)
BACKGROUND_ALONE: Final = Text(
    en="{column} says something of a capacity, but capacity_per_day is empty. Give it, or empty this cell.",
    vi="{column} nói về năng lực nhưng capacity_per_day để trống. Hãy ghi năng lực, hoặc xóa trống ô này.",
)
LOT_TOO_LARGE: Final = Text(
    en="The minimum lot of {lot:,.6g} t is larger than every demand (at most {most:,.6g} t), so nothing may use it.",
    vi="Lô tối thiểu {lot:,.6g} t lớn hơn mọi nhu cầu (nhiều nhất {most:,.6g} t) nên không có hàng nào được dùng.",
)
NO_LINKS: Final = Text(
    en="No row of capacity_links.csv names the capacity '{value}', so it limits nothing.",
    vi="Không dòng nào của capacity_links.csv nhắc đến năng lực '{value}' nên nó không giới hạn gì.",
)
NO_WAY: Final = Text(
    en="No link has a mode that class '{value}' may use.",
    vi="Không tuyến nào có phương thức mà loại hàng '{value}' được dùng.",
)

DUE_BEFORE_READY: Final = Text(
    en="due_period '{due}' comes before ready_period '{ready}'.",
    vi="due_period '{due}' đến trước ready_period '{ready}'.",
)
NOT_MADE_THERE: Final = Text(
    en="Plant '{plant}' does not make class '{class_id}': plant_flows.csv has no row with direction out for it.",
    vi="Nhà máy '{plant}' không làm ra loại hàng '{class_id}': plant_flows.csv không có dòng direction là out.",
)
SAME_PLACE: Final = Text(
    en="'{value}' is both an origin and a destination, so the freight need not move at all.",
    vi="'{value}' vừa là nơi đi vừa là nơi đến nên hàng không cần di chuyển.",
)
NO_PENALTY: Final = Text(
    en="With a penalty of 0 nothing is lost when the freight stays, so it need not move even where that costs nothing.",
    vi="Mức phạt bằng 0 thì để hàng lại không mất gì, nên hàng có thể không đi dù vận chuyển không tốn gì.",
)
MIN_ABOVE_MAX: Final = Text(en="min_t {low:g} is above max_t {high:g}.", vi="min_t {low:g} lớn hơn max_t {high:g}.")
PENALTY_NEEDED: Final = Text(
    en="penalty_per_t is empty, but min_t is above 0. Say what a tonne short of it costs.",
    vi="penalty_per_t để trống mà min_t lớn hơn 0. Hãy ghi chi phí của mỗi tấn thiếu.",
)
IDLE_PLANT: Final = Text(
    en="No row of plant_flows.csv names the plant '{value}'.",
    vi="Không dòng nào của plant_flows.csv nhắc đến nhà máy '{value}'.",
)
NEVER_SUPPLIED: Final = Text(
    en="Nothing supplies class '{value}': no row of supplies.csv and no plant makes it, so the plant cannot work.",
    vi="Không có nguồn loại hàng '{value}': không dòng nào của supplies.csv và không nhà máy nào làm ra, nên nhà máy "
    "không thể hoạt động.",
)
ONLY_FROM_ITSELF: Final = Text(
    en="Class '{value}' is made only by plants that need it, round a loop: nothing supplies its first tonne, so "
    "what goes round comes from nothing. Add what there is to supplies.csv.",
    vi="Loại hàng '{value}' chỉ do các nhà máy cần chính nó làm ra, theo vòng: không có nguồn cho tấn đầu tiên, nên "
    "hàng đi vòng là từ hư không. Hãy ghi lượng sẵn có vào supplies.csv.",
)
FROM_NOTHING: Final = Text(
    en="Plant '{value}' puts out {out:g} t for the {taken:g} t it takes in; the rest comes from nothing. Should "
    "something else go in, such as water?",
    vi="Nhà máy '{value}' làm ra {out:g} tấn từ {taken:g} tấn nhận vào; phần hơn là từ hư không. Có thiếu thứ nhận "
    "vào, chẳng hạn nước, hay không?",
)
NEVER_USED: Final = Text(
    en="No plant takes in class '{value}', so the supply is not used.",
    vi="Không nhà máy nào nhận loại hàng '{value}' nên nguồn này không được dùng.",
)
TOO_LARGE: Final = Text(
    en="The figures of the folder make numbers too large to plan with, multiplied together; findings: {count}. Look "
    "for absurd days, max_t, t_per_t, count, penalties, speeds or tonnes per vehicle. Nothing was planned.",
    vi="Các con số của thư mục nhân với nhau vượt quá mức tính được; số lỗi: {count}. Hãy xem lại days, max_t, "
    "t_per_t, count, mức phạt, tốc độ và số tấn trên xe. Chưa tính phương án.",
)
EXACTLY_ONE: Final = Text(
    en="Exactly one of link_id and mode must have a value.",
    vi="Phải có đúng một trong hai cột link_id và mode có giá trị.",
)
NO_PERIODS: Final = Text(
    en="The row has no effect: periods.csv has fewer than two periods.",
    vi="Dòng này không có tác dụng: periods.csv có ít hơn hai kỳ.",
)
OWN_EMPTIES: Final = Text(
    en="Class '{value}' cannot be its own empties. Declare another class for them.",
    vi="Loại hàng '{value}' không thể là vỏ rỗng của chính nó. Hãy khai báo một loại hàng khác.",
)
