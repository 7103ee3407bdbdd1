import { runOrFail } from '../run-command.ts'

/** Where a machine on EC2 gets the credentials of its role. Nobody but root has any business there. */
const ADDRESSES = ['ip daddr 169.254.169.254', 'ip6 daddr fd00:ec2::254']

const rules = ADDRESSES.map((address) => `${address} meta skuid != 0 reject with icmpx admin-prohibited`)

/** One transaction of the kernel: at no moment are there other rules than these, however often it is run. */
const FENCE = `table inet weir
delete table inet weir
table inet weir {
  chain metadata {
    type filter hook output priority filter; policy accept;
    ${rules.join('\n    ')}
  }
}`

/** Whatever does not run as root on this machine is refused by the instance metadata service, from now until it is switched off. */
export async function closeMetadata(): Promise<void> {
  await runOrFail('nft', FENCE)
}
