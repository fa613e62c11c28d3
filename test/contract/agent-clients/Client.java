// Asks the agent as a Java program does: credentials-java, by its default chain.
import com.aliyun.credentials.Client;
import com.aliyun.credentials.models.CredentialModel;
import com.google.gson.Gson;
import java.util.Map;

public class Main {
  public static void main(String[] args) {
    CredentialModel given = new Client().getCredential();
    System.out.println(
        new Gson()
            .toJson(
                Map.of(
                    "accessKeyId", given.accessKeyId,
                    "accessKeySecret", given.accessKeySecret,
                    "securityToken", given.securityToken)));
  }
}
