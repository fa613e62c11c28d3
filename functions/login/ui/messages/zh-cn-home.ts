// What the list of roles says in Simplified Chinese.
import type { Messages } from './messages.ts';

export const ZH_CN_HOME: Messages['home'] = {
  title: '我的角色',
  count: { one: '1 个角色', other: '# 个角色' },
  part: (shown, all) => `共 ${all} 个角色，显示前 ${shown} 个。请搜索其他角色。`,
  search: '搜索角色',
  searchButton: '搜索',
  clearSearch: '显示全部角色',
  noMatch: { title: '没有匹配的角色', text: '可按角色、项目、账号或描述中的词语搜索。' },
  none: {
    title: '您还没有角色',
    text: '您已登录，但还没有人授予您角色。请联系您所在项目的负责人。',
  },
  otherRoles: '其他角色',
  account: (id) => `账号 ${id}`,
  upTo: (time) => `每次最长 ${time}`,
  openConsole: '打开控制台',
  getCredentials: '获取凭证',
  ofRole: (role) => `（${role}）`,
  stepUp: '确认是您本人',
  secondFactor: {
    byPasskey: '请用通行密钥确认，或重新登录并完成第二重验证。',
    bySignIn: '请重新登录并完成第二重验证。',
  },
  needs: {
    mfa: { title: '需要多因素认证', text: '使用此角色前请先确认身份。' },
    fresh_sign_in: { title: '需要重新登录', text: '距离上次登录的时间过长，无法使用此角色。' },
    fresh_token: { title: '需要重新登录', text: '当前登录即将到期，无法使用此角色。' },
    dpop: {
      title: '仅供持有密钥的程序使用',
      text: '请在命令行中，通过能够证明密钥持有（DPoP）的客户端使用此角色。',
    },
    network: { title: '需要公司网络', text: '请在公司网络或 VPN 中打开本页。' },
    network_unseen: {
      title: '需要公司网络',
      text: '本门户无法得知您所在的网络。请在公司网络或 VPN 中通过命令行使用此角色。',
    },
    time_window: { title: '不在可用时段', text: '此角色只能在特定时段使用。' },
  },
};
