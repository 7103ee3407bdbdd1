/** A duration for people: `8 s`, `1 min 05 s`, `2 h 03 min`, `5 d 04 h`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`
}

/** A number of days for people. */
export function daysText(days: number): string {
  return `${days} day${days === 1 ? '' : 's'}`
}

/** How long ago something was, or undefined when it was not yet. */
export function ageText(at: string | undefined, now: number): string | undefined {
  return at === undefined ? undefined : durationText(now - Date.parse(at))
}

/** How long something took, or undefined while it goes on. */
export function tookText(from: string, until: string | undefined): string | undefined {
  return until === undefined ? undefined : durationText(Date.parse(until) - Date.parse(from))
}
