const whole = new Intl.NumberFormat("en-GB");

/** 1234567 → "1,234,567" */
export function count(n: number): string {
  return whole.format(n);
}

/** Bytes in the unit that leaves one to three digits: 5242880 → "5.2 MB". */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    value /= 1000;
    if (value < 999.5 || unit === "TB") return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
  return `${bytes} B`;
}

/** Seconds as people read them: 7 → "7 s", 192 → "3 min 12 s", 7380 → "2 h 3 min". */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${rest} s`;
  return `${rest} s`;
}
