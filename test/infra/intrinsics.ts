/** What the pseudo parameters are in tests. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '123456789012',
  'AWS::Region': 'eu-central-1',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'weir',
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A value of a template as a text, as CloudFormation would put it together; what only AWS knows (an ARN, a generated
 * name) becomes `<logical id>` or `<logical id.attribute>`.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!isObject(value)) throw new TypeError(`not a text: ${JSON.stringify(value)}`)
  if (typeof value.Ref === 'string') return PSEUDO[value.Ref] ?? `<${value.Ref}>`
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported } = value
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(textOf).join(String(join[0]))
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  if (imported !== undefined) return importedFrom(textOf(imported))
  throw new TypeError(`a function of CloudFormation that these tests do not know: ${JSON.stringify(value)}`)
}

/** The CDK names an export after the resource and its attribute, with a hash behind. */
function importedFrom(name: string): string {
  const [, id = name, attribute = ''] =
    /ExportsOutput(?:Ref|FnGetAtt)(\w*?[0-9A-F]{8})(\w*)[0-9A-F]{8}$/.exec(name) ?? []
  return attribute === '' ? `<${id}>` : `<${id}.${attribute}>`
}

/** A list of texts, also where the template has a single one. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)]
}
