// A key that names a secret, up to its value; the value may be quoted.
const assignment =
  /((?:password|passwd|secret|token|credential|saltedpassword)[\w.-]*"?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;}\]]+)/giu
const bearer = /(bearer\s+)\S+/giu
// The body of a PEM block, which is logged line by line.
const pemBody = /^[A-Za-z0-9+/=]{60,}$/u

/** Takes secrets out of a line that somebody else wrote, before it leaves the host. */
export function redact(line: string): string {
  if (line.includes('PRIVATE KEY') || pemBody.test(line.trim())) return '[redacted]'
  return line.replace(assignment, '$1[redacted]').replace(bearer, '$1[redacted]')
}
