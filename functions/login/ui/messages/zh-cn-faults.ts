// What error pages say in Simplified Chinese.
import type { Messages } from './messages.ts';

export const ZH_CN_FAULTS: Messages['faults'] = {
  idp_unavailable: {
    title: '公司的登录服务没有响应',
    text: '您的账号没有问题。请稍等一分钟再试；若仍不行，请告知 IT 部门身份提供方已中断。',
  },
  sign_on_refused: {
    title: '登录未成功',
    text: '公司的登录服务未能确认您的身份。请重试；若再次失败，请联系 IT 部门。',
  },
  too_many_groups: {
    title: '您所在的群组过多',
    text: '公司的登录服务认识您，但您的群组或信息超出了此处可接受的数量，因此未能登录。重试没有帮助。请让 IT 部门只向此应用发送所需的群组，并告知下方的请求 ID。',
  },
  sign_on_misconfigured: {
    title: '此登录方式的配置有误',
    text: '您的账号没有问题。只有管理员能够修正，请将下方的请求 ID 告知管理员。',
  },
  sign_on_ended: {
    title: '无法完成此次登录',
    text: '此次登录在别处发起、已被使用，或耗时过长。请重新开始。',
  },
  client_refused: {
    title: '这不是命令行的登录请求',
    text: '打开的地址有误或系伪造，未执行任何操作。请重新运行 stint login。',
  },
  form_refused: { title: '页面已过期', text: '未执行任何操作。请返回角色列表后重试。' },
  session_ended: { title: '您的会话已结束', text: '未执行任何操作。请重新登录后继续。' },
  access_denied: {
    title: '您不能使用此角色',
    text: '页面显示之后，您的权限可能已变更。请联系角色的负责人。',
  },
  step_up_required: { title: '此角色需要更强的验证', text: '请先确认是您本人，然后再使用此角色。' },
  rate_limited: { title: '请求过于频繁', text: '请稍等几秒后重试。' },
  role_misconfigured: {
    title: '此角色的配置有误',
    text: '只有管理员能够修正。请将下方的请求 ID 告知管理员。',
  },
  console_unavailable: {
    title: '控制台登录服务没有响应',
    text: '阿里云未返回登录链接。请一分钟后重试。',
  },
  vend_unavailable: { title: '服务暂时中断', text: '未签发任何凭证。请一分钟后重试。' },
  store_unavailable: { title: '服务暂时中断', text: '未执行任何操作。请一分钟后重试。' },
  audit_unavailable: { title: '服务暂时中断', text: '未执行任何操作。请一分钟后重试。' },
  logout_refused: { title: '未能退出登录', text: '请在角色页面上退出登录。' },
  method_not_allowed: { title: '页面不存在', text: '请返回角色列表重新开始。' },
  too_large: { title: '提交的内容过大', text: '未执行任何操作。请返回角色列表重新开始。' },
  not_found: { title: '页面不存在', text: '地址可能已失效或输入有误。' },
  internal_error: { title: '系统出现错误', text: '未签发任何凭证。请将下方的请求 ID 告知管理员。' },
};
