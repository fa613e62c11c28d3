// A few system policies as Alibaba Cloud publishes them (RAM reference, a page each, named like the policy). Dates are
// those of the pages, taken as UTC.

export interface SystemPolicy {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly createDate: string;
  readonly updateDate: string;
  readonly document: object;
}

const allow = (Action: string | readonly string[], Resource: string) => ({
  Action,
  Resource,
  Effect: 'Allow',
});

export const SYSTEM_POLICIES: readonly SystemPolicy[] = [
  {
    name: 'AliyunARMSReadOnlyAccess',
    description: 'Read-only access to Application Real-Time Monitoring Service (ARMS)',
    version: 'v13',
    createDate: '2019-05-09T12:04:42Z',
    updateDate: '2025-11-28T07:44:07Z',
    document: {
      Version: '1',
      Statement: [
        allow(
          [
            'arms:DoInsightsAction',
            'arms:Describe*',
            'arms:List*',
            'arms:Get*',
            'arms:Search*',
            'arms:Check*',
            'arms:Query*',
            'xtrace:Read*',
            'xtrace:Get*',
            'xtrace:Describe*',
          ],
          '*',
        ),
        allow(
          [
            'cms:Get*',
            'cms:List*',
            'cms:Query*',
            'cms:BatchQuery*',
            'cms:Describe*',
            'cms:Cursor',
            'cms:BatchGet',
            'cms:BatchExport',
            'cms:Check*',
            'log:GetAgentInstanceConfig',
          ],
          '*',
        ),
        allow('log:GetMLServiceResults', '*'),
        allow(
          ['log:GetLogStoreLogs', 'log:QueryPrometheusMetrics', 'log:QueryMetrics'],
          'acs:log:*:*:project/*/logstore/aliyun-prom-*',
        ),
        allow(['log:GetLogStoreLogs', 'log:GetIndex'], 'acs:log:*:*:project/proj-xtrace-*/logstore/*'),
      ],
    },
  },
  {
    name: 'AliyunOSSReadOnlyAccess',
    description: 'Read-only access to Object Storage Service (OSS)',
    version: 'v1',
    createDate: '2015-04-28T16:15:45Z',
    updateDate: '2017-08-17T08:57:31Z',
    document: { Statement: [allow(['oss:Get*', 'oss:List*'], '*')], Version: '1' },
  },
  {
    // From the Log Service developer guide; the policy's own page was not at hand, so the present text may be longer
    // and version and dates are assumed.
    name: 'AliyunLogReadOnlyAccess',
    description: 'Read-only access to Log Service',
    version: 'v1',
    createDate: '2016-01-05T06:30:32Z',
    updateDate: '2016-01-05T06:30:32Z',
    document: { Version: '1', Statement: [allow(['log:Get*', 'log:List*'], '*')] },
  },
  {
    name: 'AliyunOTSReadOnlyAccess',
    description: 'Read-only access to Tablestore (OTS)',
    version: 'v2',
    createDate: '2016-01-05T05:45:42Z',
    updateDate: '2019-09-04T07:04:56Z',
    document: {
      Version: '1',
      Statement: [
        allow(
          [
            'ots:BatchGet*',
            'ots:Describe*',
            'ots:Get*',
            'ots:List*',
            'ots:Consume*',
            'ots:Search',
            'ots:ComputeSplits',
            'ots:ParallelScan',
            'ots:ComputeSplitPointsBySize',
            'ots:BulkExport',
            'ots:SQL*',
            'ots:Query*',
            'ots:Scan*',
            'ots:SplitTimeseriesScanTask',
          ],
          '*',
        ),
      ],
    },
  },
];
