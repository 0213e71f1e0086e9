import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import org.mpxj.ConstraintType;
import org.mpxj.Duration;
import org.mpxj.ProjectCalendar;
import org.mpxj.ProjectFile;
import org.mpxj.Relation;
import org.mpxj.RelationType;
import org.mpxj.Task;
import org.mpxj.TaskMode;
import org.mpxj.TimeUnit;
import org.mpxj.cpm.MicrosoftScheduler;

/** Builds a plan on one calendar and schedules it again and again in one process: the peer of `recompute.py`. */
final class PeerWarm {
   private static final Map<String, RelationType> TYPES = Map.of(
      "FS", RelationType.FINISH_START, "SS", RelationType.START_START,
      "FF", RelationType.FINISH_FINISH, "SF", RelationType.START_FINISH
   );

   /**
    * Arguments: the plan, how often, how often before that; one of its durations changes each time. Milliseconds go to
    * standard error, at last every early start to standard output. Lines: "T id hours", "L before after type hours".
    */
   public static void main(String[] arguments) throws Exception {
      ProjectFile file = new ProjectFile();
      ProjectCalendar calendar = file.addDefaultBaseCalendar();
      file.setDefaultCalendar(calendar);
      LocalDateTime start = LocalDateTime.parse("2025-01-06T08:00");
      file.getProjectProperties().setStartDate(start);
      Map<String, Task> tasks = read(file, Path.of(arguments[0]));
      Task changing = tasks.get(Integer.toString(tasks.size() / 2));
      Duration before = changing.getDuration();
      MicrosoftScheduler scheduler = new MicrosoftScheduler();
      int warm = Integer.parseInt(arguments[2]);
      for (int round = Integer.parseInt(arguments[1]) + warm; round > 0; round--) {
         changing.setDuration(round == 1 ? before : hours(8 * round));
         changing.setRemainingDuration(changing.getDuration());
         long begun = System.nanoTime();
         scheduler.schedule(file, start);
         double taken = (System.nanoTime() - begun) / 1e6;
         if (warm-- <= 0) {
            System.err.printf("%.3f%n", taken);
         }
      }
      StringBuilder text = new StringBuilder();
      tasks.forEach((id, task) -> text.append(id).append(',').append(task.getEarlyStart()).append('\n'));
      System.out.print(text);
   }

   private static Map<String, Task> read(ProjectFile file, Path path) throws Exception {
      Map<String, Task> tasks = new HashMap<>();
      for (String line : Files.readAllLines(path)) {
         String[] cells = line.split(" ");
         if (cells[0].equals("T")) {
            Task task = file.addTask();
            task.setName("Activity " + cells[1]);
            task.setTaskMode(TaskMode.AUTO_SCHEDULED);
            task.setConstraintType(ConstraintType.AS_SOON_AS_POSSIBLE);
            task.setDuration(hours(Integer.parseInt(cells[2])));
            task.setActualDuration(hours(0));
            task.setRemainingDuration(task.getDuration());
            tasks.put(cells[1], task);
         } else {
            tasks.get(cells[2]).addPredecessor(
               new Relation.Builder().predecessorTask(tasks.get(cells[1])).type(TYPES.get(cells[3]))
                  .lag(hours(Integer.parseInt(cells[4])))
            );
         }
      }
      return tasks;
   }

   private static Duration hours(int count) {
      return Duration.getInstance(count, TimeUnit.HOURS);
   }
}
