import { AGENT_ARTIFACT, manifestKey, NODE_ARTIFACT } from '../../shared/host-protocol/artifacts.ts'
import { agentConfig, type HostDeployment } from './agent-config.ts'
import { agentUnit } from './agent-unit.ts'
import { HOST_PATHS } from './host-paths.ts'
import { makeKafkaUser } from './kafka-user.ts'

/** What a host is told at its first boot. Every value may be a token of the CDK. */
export interface UserDataProps extends HostDeployment {
  /** What `npm run artifacts` printed: everything else that a host fetches is named, with its digest, in that manifest. */
  readonly manifestSha256: string
  /** A release of Amazon Linux 2023 such as `2023.9.20251105`. Default: that of the image, to which its repositories are locked. */
  readonly amazonLinuxRelease?: string
}

/** From the distribution's own repositories, which are buckets of S3 in the region. All but Java and nftables is in the standard image, not in the minimal one. */
const PACKAGES = [
  'awscli-2',
  'gzip',
  'java-17-amazon-corretto-headless',
  'nftables',
  'shadow-utils',
  'tar',
  'util-linux',
  'xfsprogs',
]

/**
 * The script that makes a machine with Amazon Linux 2023 a broker host: by S3's gateway endpoint alone, without the internet.
 * It holds no secret, waits for whatever is not there yet, and may be run again: what is there is left alone.
 */
export function userData(props: UserDataProps): string {
  const release = props.amazonLinuxRelease ?? '$(rpm -q --qf %{VERSION} system-release)'
  return `#!/bin/bash
set -euo pipefail
export AWS_DEFAULT_REGION='${props.region}'
again() { until "$@"; do echo "weir: cannot $1 $2 yet, next try in 10 s"; sleep 10; done; }
holds() { echo "$1  $2" | sha256sum --check --quiet; }
fetch() { # <file> <key> <sha256>
  if [ -e "$1" ] && holds "$3" "$1"; then return; fi
  aws s3api get-object --bucket '${props.artifactBucket}' --key "$2" "$1.new" >/dev/null && holds "$3" "$1.new" && mv "$1.new" "$1"
}
listed() { # <name>: its key and sha256
  python3 -c 'import json, sys
[found] = [a for a in json.load(open(sys.argv[1]))["artifacts"] if a["name"] == sys.argv[2]]
print(found["key"], found["sha256"])' ${HOST_PATHS.manifest} "$1"
}
mkdir -p /opt/weir /etc/weir ${HOST_PATHS.nodeDir}
again dnf install -y --releasever="${release}" ${PACKAGES.join(' ')}
${makeKafkaUser()}
again fetch ${HOST_PATHS.manifest} '${manifestKey(props.manifestSha256)}' '${props.manifestSha256}'
again fetch ${HOST_PATHS.nodeArchive} $(listed ${NODE_ARTIFACT})
again fetch ${HOST_PATHS.agent} $(listed ${AGENT_ARTIFACT})
tar --extract --gzip --file ${HOST_PATHS.nodeArchive} --directory ${HOST_PATHS.nodeDir}
cat >${HOST_PATHS.agentConfig} <<'END'
${agentConfig(props)}END
cat >${HOST_PATHS.agentUnit} <<'END'
${agentUnit()}END
systemctl daemon-reload
systemctl enable --now weir-agent
`
}
