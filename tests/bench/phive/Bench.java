import com.helger.diver.api.coord.DVRCoordinate;
import com.helger.io.resource.inmemory.ReadableResourceByteArray;
import com.helger.phive.api.execute.ValidationExecutionManager;
import com.helger.phive.api.executorset.ValidationExecutorSetRegistry;
import com.helger.phive.api.validity.IValidityDeterminator;
import com.helger.phive.en16931.EN16931Validation;
import com.helger.phive.xml.source.IValidationSourceXML;
import com.helger.phive.xml.source.ValidationSourceXML;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Judges invoices with phive, warm, and prints for each the median of its milliseconds and verdict. */
public class Bench {
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        var registry = new ValidationExecutorSetRegistry<IValidationSourceXML>();
        EN16931Validation.initEN16931(registry);
        for (int place = 1; place < arguments.length; place += 2) {
            DVRCoordinate rules =
                arguments[place].equals("cii")
                    ? EN16931Validation.VID_CII_1316
                    : EN16931Validation.VID_UBL_INVOICE_1316;
            byte[] content = Files.readAllBytes(Path.of(arguments[place + 1]));
            double[] taken = new double[rounds];
            boolean valid = false;
            for (int round = -rounds; round < rounds; round++) { // first to get warm
                long began = System.nanoTime();
                var source = ValidationSourceXML.create(new ReadableResourceByteArray(content));
                var found =
                    ValidationExecutionManager.executeValidation(
                        IValidityDeterminator.createDefault(), registry.getOfID(rules), source);
                valid = found.containsNoError();
                if (round >= 0) {
                    taken[round] = (System.nanoTime() - began) / 1e6;
                }
            }
            Arrays.sort(taken);
            System.out.println(arguments[place] + " " + taken[rounds / 2] + " " + valid);
        }
    }
}
