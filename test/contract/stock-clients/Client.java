// Uses credentials-java as its reader would, and prints a line of JSON for each call.
import com.aliyun.credentials.Client;
import com.aliyun.credentials.models.Config;
import com.aliyun.credentials.models.CredentialModel;
import com.google.gson.Gson;
import java.util.LinkedHashMap;
import java.util.Map;

public class Main {
  private static final String WIDE =
      "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"oss:*\",\"Resource\":\"*\"}]}";

  private static Client open(String endpoint, String tokenFile, String roleArn, String policy) {
    Config config = new Config();
    config.type = "oidc_role_arn";
    config.roleArn = roleArn;
    config.oidcProviderArn = "acs:ram::1234567890123456:oidc-provider/stint";
    config.oidcTokenFilePath = tokenFile;
    config.roleSessionName = "stint-test";
    config.STSEndpoint = endpoint;
    config.policy = policy;
    return new Client(config);
  }

  private static void show(String call, Client client) {
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("call", call);
    try {
      CredentialModel given = client.getCredential();
      answer.put("accessKeyId", given.accessKeyId);
      answer.put("accessKeySecret", given.accessKeySecret);
      answer.put("securityToken", given.securityToken);
    } catch (Exception refused) {
      answer.put("error", String.valueOf(refused.getMessage()));
    }
    System.out.println(new Gson().toJson(answer));
  }

  public static void main(String[] args) {
    Client kept = open(args[0], args[1], args[2], null);
    show("first", kept);
    show("again", kept);
    show("path", open(args[0] + "/sts", args[1], args[2], null));
    show("policy", open(args[0], args[1], args[2], WIDE));
    show("role", open(args[0], args[1], "acs:ram::1234567890123456:role/nobody", null));
    show("token", open(args[0], args[3], args[2], null));
  }
}
