import java.io.File;
import java.time.LocalDateTime;
import org.mpxj.ProjectFile;
import org.mpxj.ProjectProperties;
import org.mpxj.Task;
import org.mpxj.cpm.MicrosoftScheduler;
import org.mpxj.cpm.PrimaveraScheduler;
import org.mpxj.cpm.Scheduler;
import org.mpxj.reader.UniversalProjectReader;

/** Reads a plan, schedules it and prints its dates, some times over: the peer of `plans.py`. */
final class PeerPlans {
   /** Arguments: the file, how often. Dates go to standard output, milliseconds to standard error. */
   public static void main(String[] arguments) throws Exception {
      for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
         long begun = System.nanoTime();
         ProjectFile file = new UniversalProjectReader().read(new File(arguments[0]));
         long read = System.nanoTime();
         ProjectProperties properties = file.getProjectProperties();
         boolean primavera = arguments[0].endsWith(".xer");
         LocalDateTime planned = primavera ? properties.getPlannedStart() : null;
         Scheduler scheduler = primavera ? new PrimaveraScheduler() : new MicrosoftScheduler();
         scheduler.schedule(file, planned == null ? properties.getStartDate() : planned);
         long scheduled = System.nanoTime();
         print(file);
         double[] times = {read - begun, scheduled - read, System.nanoTime() - scheduled};
         System.err.printf("%.1f %.1f %.1f%n", times[0] / 1e6, times[1] / 1e6, times[2] / 1e6);
      }
   }

   private static void print(ProjectFile file) {
      StringBuilder text = new StringBuilder();
      for (Task task : file.getTasks()) {
         Object[] values = {
            task.getUniqueID(), task.getName(), task.getStart(), task.getFinish(), task.getEarlyStart(),
            task.getEarlyFinish(), task.getLateStart(), task.getLateFinish(), task.getTotalSlack(), task.getFreeSlack()
         };
         for (Object value : values) {
            text.append(value).append(',');
         }
         text.append(task.getCritical()).append('\n');
      }
      System.out.print(text);
   }
}
