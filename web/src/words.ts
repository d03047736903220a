/** What the script says, in both languages; everything else the page says comes from the service. */

export type Language = "vi" | "en";

export const LANGUAGE: Language = document.documentElement.lang === "en" ? "en" : "vi";

const WORDS = {
  all: { vi: "Tất cả thuộc tính", en: "All properties" },
  allShown: { vi: "Về toàn vùng", en: "Show the whole region" },
  base: { vi: "Đất liền: Natural Earth", en: "Land: Natural Earth" },
  bottlenecks: { vi: "Nút thắt đắt nhất", en: "Costliest bottlenecks" },
  browse: { vi: "Xem và tải về", en: "Browse and download" },
  capacity: { vi: "Năng lực/ngày", en: "Capacity a day" },
  close: { vi: "Đóng", en: "Close" },
  copied: { vi: "Đã chép", en: "Copied" },
  copy: { vi: "Chép", en: "Copy" },
  cost: { vi: "Chi phí đến thị trường/ngày", en: "Cost to market a day" },
  emissions: { vi: "Phát thải đến thị trường/ngày", en: "Emissions to market a day" },
  enter: {
    vi: "Bản đồ. Phím mũi tên để di chuyển, + và − để phóng, Enter để xem đối tượng ở giữa.",
    en: "Map. Arrow keys move it, + and − zoom, Enter shows what is in the middle.",
  },
  flow: { vi: "Hàng mỗi ngày", en: "Freight a day" },
  free: { vi: "Còn dư năng lực: thêm nữa không tiết kiệm gì.", en: "There is room: more of it would save nothing." },
  load: { vi: "Mức sử dụng", en: "Load" },
  loading: { vi: "Đang tải bản đồ …", en: "Loading the map …" },
  loadingPlan: { vi: "Đang tải phương án …", en: "Loading the plan …" },
  made: { vi: "Lập lúc {at}", en: "Made {at}" },
  name: { vi: "Tên đăng nhập", en: "Account" },
  noLayers: { vi: "Chưa có lớp dữ liệu nào để hiện.", en: "There is no layer to show yet." },
  noMap: {
    vi: "Trình duyệt này không vẽ được bản đồ (cần WebGL 2). Các liên kết bên cạnh vẫn dùng được.",
    en: "This browser cannot draw the map (it needs WebGL 2). The links beside it still work.",
  },
  noPlan: {
    vi: "Chưa có phương án nào. Hãy chạy “hinterland demo” hoặc lập một phương án.",
    en: "There is no plan yet. Run “hinterland demo”, or plan a scenario.",
  },
  noPrice: { vi: "Lần chạy này không lưu giá bóng.", en: "This run kept no shadow prices." },
  nothingThere: { vi: "Không có đối tượng nào ở giữa bản đồ.", en: "Nothing is in the middle of the map." },
  password: { vi: "Mật khẩu", en: "Password" },
  plan: { vi: "Phương án", en: "Plan" },
  price: { vi: "Giá bóng", en: "Shadow price" },
  priceOf: { vi: "tiết kiệm mỗi ngày nếu thêm 1 {unit}", en: "saved a day by one more ({unit})" },
  rent: {
    vi: "Giá bóng × lượng đang dùng, mỗi ngày",
    en: "Shadow price × what is used, a day",
  },
  signIn: { vi: "Đăng nhập", en: "Sign in" },
  someTiles: {
    vi: "Một phần bản đồ không tải được. Hãy tải lại trang sau giây lát.",
    en: "A part of the map could not be loaded. Load the page again in a moment.",
  },
  teu: { vi: "Container mỗi ngày", en: "Containers a day" },
  tonnes: { vi: "tấn", en: "t" },
  tooMany: {
    vi: "Bản đồ đã hỏi dịch vụ quá nhiều trong một phút. Hãy chờ giây lát rồi tải lại trang.",
    en: "The map has asked the service too often within a minute. Wait a moment and load the page again.",
  },
  unreachable: {
    vi: "Không liên lạc được với dịch vụ. Hãy kiểm tra rồi tải lại trang.",
    en: "The service cannot be reached. Check it and load the page again.",
  },
  unserved: { vi: "Không chở được", en: "Not carried" },
  vehicles: { vi: "Lượt phương tiện mỗi ngày", en: "Vehicles a day" },
} as const;

export type Word = keyof typeof WORDS;

export function say(word: Word, values: Record<string, string> = {}): string {
  return WORDS[word][LANGUAGE].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

/** Texts in both languages as the service writes them. */
export interface Both {
  vi: string;
  en: string;
}

const LOCALE = LANGUAGE === "vi" ? "vi-VN" : "en-GB";

/** A number with three significant digits or all those before the point. */
export function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 3;
  return new Intl.NumberFormat(
    LOCALE,
    digits === 0 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits },
  ).format(value);
}

/** A large number in words, such as 179 tỷ. */
export function large(value: number): string {
  return new Intl.NumberFormat(LOCALE, {
    notation: "compact",
    compactDisplay: "long",
    maximumSignificantDigits: 3,
  }).format(value);
}

/** Parts of units that are words, as Vietnamese has them; signs such as km stay. */
const UNIT_WORDS: Record<string, string> = {
  capacity_unit: "đơn vị",
  currency: "đơn vị tiền",
  d: "ngày",
  day: "ngày",
  "h of day": "giờ",
  lanes: "làn",
  month: "tháng",
  people: "người",
  share: "",
  trucks: "xe",
  unit: "đơn vị",
  vehicles: "lượt phương tiện",
  year: "năm",
};

/** A unit of the service in the language of the page. */
export function unitWords(unit: string): string {
  if (LANGUAGE === "en") return unit;
  return unit.split("/").map((part) => UNIT_WORDS[part] ?? part).join("/");
}

export function percent(share: number): string {
  return new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

export function moment(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime())
    ? iso
    : new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** Words of the map's own buttons. */
export const MAP_WORDS: Record<string, string> =
  LANGUAGE === "en"
    ? {}
    : {
        "AttributionControl.ToggleAttribution": "Hiện hoặc ẩn nguồn dữ liệu",
        "Map.Title": "Bản đồ",
        "NavigationControl.ZoomIn": "Phóng to",
        "NavigationControl.ZoomOut": "Thu nhỏ",
        "ScaleControl.Feet": "ft",
        "ScaleControl.Kilometers": "km",
        "ScaleControl.Meters": "m",
      };
