import java.io.ByteArrayInputStream;
import java.time.LocalDateTime;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mpxj.Duration;
import org.mpxj.ProjectFile;
import org.mpxj.ProjectProperties;
import org.mpxj.Task;
import org.mpxj.cpm.MicrosoftScheduler;
import org.mpxj.cpm.PrimaveraScheduler;
import org.mpxj.cpm.Scheduler;
import org.mpxj.mspdi.MSPDIReader;
import org.mpxj.primavera.PrimaveraXERFileReader;

/** Reads a plan, schedules it and returns its dates as text: one crossing from Python a plan. */
public final class Peer {
   private static final int PATIENCE_SECONDS = 20;
   private static ExecutorService worker = newWorker();

   private Peer() {
   }

   /** What `dates` says of a plan; where that takes too long (some plans never end): "!" and a sentence. */
   public static synchronized String schedule(byte[] plan, boolean primavera) {
      try {
         return worker.submit(() -> dates(plan, primavera)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException late) {
         worker = newWorker();
         return "!It did not end within " + PATIENCE_SECONDS + " seconds.";
      } catch (Exception error) {
         return "!" + error;
      }
   }

   private static ExecutorService newWorker() {
      return Executors.newSingleThreadExecutor(task -> {
         Thread thread = new Thread(task);
         thread.setDaemon(true);
         return thread;
      });
   }

   /**
    * A line per task: unique id, start, finish, early start and finish, late start and finish, total and free slack in
    * minutes, critical (1 or 0); what is absent is empty. Where the plan is refused: "!" and the reason.
    */
   private static String dates(byte[] plan, boolean primavera) {
      try {
         ByteArrayInputStream stream = new ByteArrayInputStream(plan);
         ProjectFile file = primavera ? new PrimaveraXERFileReader().read(stream) : new MSPDIReader().read(stream);
         ProjectProperties properties = file.getProjectProperties();
         LocalDateTime start = primavera ? properties.getPlannedStart() : properties.getStartDate();
         Scheduler scheduler = primavera ? new PrimaveraScheduler() : new MicrosoftScheduler();
         scheduler.schedule(file, start == null ? properties.getStartDate() : start);
         StringBuilder text = new StringBuilder();
         for (Task task : file.getTasks()) {
            line(text, task, properties);
         }
         return text.toString();
      } catch (Throwable error) {
         StackTraceElement[] trace = error.getStackTrace();
         return "!" + error + (trace.length == 0 ? "" : " at " + trace[0]);
      }
   }

   private static void line(StringBuilder text, Task task, ProjectProperties properties) {
      Object[] values = {
         task.getUniqueID(), task.getStart(), task.getFinish(), task.getEarlyStart(), task.getEarlyFinish(),
         task.getLateStart(), task.getLateFinish(), minutes(task.getTotalSlack(), properties),
         minutes(task.getFreeSlack(), properties), task.getCritical() ? 1 : 0
      };
      for (int index = 0; index < values.length; index++) {
         text.append(index == 0 ? "" : ",").append(values[index] == null ? "" : values[index]);
      }
      text.append('\n');
   }

   private static Double minutes(Duration duration, ProjectProperties properties) {
      return duration == null ? null : duration.convertUnits(org.mpxj.TimeUnit.MINUTES, properties).getDuration();
   }
}
