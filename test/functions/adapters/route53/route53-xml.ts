import type { RecordChange, RecordSet } from './zone.ts'

const texts = (xml: string, tag: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, text = '']) => text)

const text = (xml: string, tag: string): string => texts(xml, tag)[0] ?? ''

const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

/** The changes of a request as it came over the wire. */
export function readChanges(body: string): readonly RecordChange[] {
  return texts(body, 'Change').map((change) => {
    const [alias] = texts(change, 'AliasTarget')
    const own = alias === undefined ? change : change.replace(/<AliasTarget>.*<\/AliasTarget>/s, '')
    return {
      action: text(change, 'Action'),
      set: {
        name: absolute(text(own, 'Name').toLowerCase()),
        type: text(own, 'Type'),
        ttl: texts(own, 'TTL')[0],
        values: texts(own, 'Value'),
        alias:
          alias === undefined
            ? undefined
            : { zoneId: text(alias, 'HostedZoneId'), target: absolute(text(alias, 'DNSName').toLowerCase()) },
      },
    }
  })
}

/** A set as a list shows it. */
export function setXml({ name, type, ttl, values, alias }: RecordSet): string {
  const what = alias
    ? `<AliasTarget><HostedZoneId>${alias.zoneId}</HostedZoneId><DNSName>${alias.target}</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>`
    : `<TTL>${ttl}</TTL><ResourceRecords>${values.map((value) => `<ResourceRecord><Value>${value}</Value></ResourceRecord>`).join('')}</ResourceRecords>`
  return `<ResourceRecordSet><Name>${name}</Name><Type>${type}</Type>${what}</ResourceRecordSet>`
}
